# Writes OUTPUT: FILES as C++ raw strings. Run by EmbedFiles.cmake.
set(body "")
foreach(file IN LISTS FILES)
  if(BELOW)
    file(RELATIVE_PATH name "${BELOW}" "${file}")
  else()
    get_filename_component(name "${file}" NAME)
  endif()
  file(READ "${file}" text)
  string(APPEND body "    {\"${name}\", R\"__embed__(${text})__embed__\"},\n")
endforeach()
file(WRITE "${OUTPUT}.new" "#include \"${HEADER}\"\n\nnamespace starlift {\n\n"
  "std::span<const ${TYPE}> ${FUNCTION}() {\n  static const ${TYPE} files[] = {\n${body}  };\n"
  "  return files;\n}\n\n}  // namespace starlift\n")
file(RENAME "${OUTPUT}.new" "${OUTPUT}")
