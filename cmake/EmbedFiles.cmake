# embed_files(TARGET <target> HEADER <header> TYPE <type> FUNCTION <function> FILES <file>... [BELOW <folder>])
#
# Builds the texts of files into a target: as the array of <type>{name, text} that <function> gives, declared in
# <header>. A file is named by its path below the folder, or without one by its own name.
function(embed_files)
  cmake_parse_arguments(arg "" "TARGET;HEADER;TYPE;FUNCTION;BELOW" "FILES" ${ARGN})
  set(generated "${CMAKE_BINARY_DIR}/generated/${arg_FUNCTION}.cpp")
  add_custom_command(
    OUTPUT "${generated}"
    COMMAND ${CMAKE_COMMAND} "-DHEADER=${arg_HEADER}" "-DTYPE=${arg_TYPE}" "-DFUNCTION=${arg_FUNCTION}"
            "-DBELOW=${arg_BELOW}" "-DFILES=${arg_FILES}" "-DOUTPUT=${generated}"
            -P "${CMAKE_SOURCE_DIR}/cmake/embed_files_script.cmake"
    DEPENDS ${arg_FILES} "${CMAKE_SOURCE_DIR}/cmake/embed_files_script.cmake"
    COMMENT "Embedding ${arg_FUNCTION}"
    VERBATIM)
  target_sources(${arg_TARGET} PRIVATE "${generated}")
endfunction()

# embed_warehouse(TARGET FOLDER): builds every file of a warehouse definition into TARGET.
function(embed_warehouse target folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${folder}/*.toml" "${folder}/*.sql")
  list(SORT files)
  embed_files(TARGET ${target} HEADER project/builtin.h TYPE DefinitionFile FUNCTION builtin_files
              FILES ${files} BELOW "${folder}")
endfunction()
