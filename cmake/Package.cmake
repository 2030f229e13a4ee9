# What an installation holds: the binary, DuckDB's library beside it, the manual and the completions that the
# binary writes of itself, the built-in warehouse as files to read and copy, the documentation. packaging/ makes
# packages of it.
include(GNUInstallDirs)

set(private_library_dir lib/starlift) # only starlift looks there
# One search path for the build folder and for an installation. A path of its own for the build folder, to be
# changed by the installation, CMake would end with a colon: libraries would be looked for in the current folder.
set_target_properties(starlift PROPERTIES
  BUILD_WITH_INSTALL_RPATH ON
  INSTALL_RPATH "$ORIGIN/${private_library_dir};$ORIGIN/../${private_library_dir}")
get_filename_component(duckdb_folder "${DUCKDB_LIBRARY}" DIRECTORY)
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
file(CREATE_LINK "${duckdb_folder}" "${CMAKE_BINARY_DIR}/${private_library_dir}" SYMBOLIC)
# The older kind of search path, which also holds for what libraries need: a tarball carries those too.
target_link_options(starlift PRIVATE -Wl,--disable-new-dtags)

set(written "${CMAKE_BINARY_DIR}/written")
add_custom_command(
  OUTPUT "${written}/starlift.1.gz" "${written}/starlift.bash" "${written}/_starlift" "${written}/starlift.fish"
  COMMAND ${CMAKE_COMMAND} -E make_directory "${written}"
  COMMAND starlift manual > "${written}/starlift.1"
  COMMAND gzip --force --best --no-name "${written}/starlift.1"
  COMMAND starlift completion bash > "${written}/starlift.bash"
  COMMAND starlift completion zsh > "${written}/_starlift"
  COMMAND starlift completion fish > "${written}/starlift.fish"
  DEPENDS starlift
  VERBATIM)
add_custom_target(written_texts DEPENDS "${written}/starlift.1.gz")

install(TARGETS starlift)
install(FILES "${DUCKDB_LIBRARY}" DESTINATION "${private_library_dir}")
install(FILES "${written}/starlift.1.gz" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${written}/starlift.bash" RENAME starlift
        DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install(FILES "${written}/_starlift" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions")
install(FILES "${written}/starlift.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
install(DIRECTORY warehouses/sparkify DESTINATION "${CMAKE_INSTALL_DATADIR}/starlift/warehouses")
install(FILES README.md CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(FILES packaging/copyright DESTINATION "${CMAKE_INSTALL_DOCDIR}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The starlift authors <starlift@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "loads JSON objects into a star schema, exactly once")
set(CPACK_PACKAGE_DESCRIPTION "Reads JSON logs and catalogues from folders and S3 buckets,
stages them, and keeps a star schema of facts and dimensions in an embedded
DuckDB file. A run loads only what is new and commits all of it or nothing.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${duckdb_folder}")
include(CPack)
