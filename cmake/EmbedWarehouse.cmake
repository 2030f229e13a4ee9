# embed_warehouse(TARGET FOLDER)
#
# Builds every file of a warehouse definition into TARGET, as the array that
# src/project/builtin.h declares.
function(embed_warehouse target folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE "${folder}" "${folder}/*.toml" "${folder}/*.sql")
  list(SORT files)
  set(generated "${CMAKE_BINARY_DIR}/generated/builtin_files.cpp")
  set(inputs ${files})
  list(TRANSFORM inputs PREPEND "${folder}/")
  add_custom_command(
    OUTPUT "${generated}"
    COMMAND ${CMAKE_COMMAND} "-DFOLDER=${folder}" "-DFILES=${files}" "-DOUTPUT=${generated}"
            -P "${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake"
    DEPENDS ${inputs} "${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake"
    COMMENT "Embedding the built-in warehouse definition"
    VERBATIM)
  target_sources(${target} PRIVATE "${generated}")
endfunction()
