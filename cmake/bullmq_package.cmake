# `cmake --install build --component bullmq --prefix DIR` puts the BullMQ library where find_package(bullmq CONFIG) finds it
# as the target bullmq::bullmq: headers, static libraries of bullmq/ and of the two folders under it, licences.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(bullmq_include ${CMAKE_INSTALL_INCLUDEDIR}/bullmq-cpp)
set(bullmq_cmake ${CMAKE_INSTALL_LIBDIR}/cmake/bullmq)
set(bullmq_doc ${CMAKE_INSTALL_DATADIR}/doc/bullmq-cpp)

foreach(folder base redis bullmq)
  target_include_directories(watchbill_${folder} INTERFACE $<INSTALL_INTERFACE:${bullmq_include}>)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/src/${folder} DESTINATION ${bullmq_include} COMPONENT bullmq
          FILES_MATCHING PATTERN "*.h" PATTERN testing EXCLUDE PATTERN precompiled.h EXCLUDE)
endforeach()
set_target_properties(watchbill_bullmq PROPERTIES EXPORT_NAME bullmq)
target_compile_features(watchbill_base PUBLIC cxx_std_20)
install(TARGETS watchbill_bullmq watchbill_bullmq_scripts watchbill_redis watchbill_base EXPORT bullmq
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT bullmq)
install(EXPORT bullmq NAMESPACE bullmq:: DESTINATION ${bullmq_cmake} COMPONENT bullmq)

configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/bullmq-config.cmake.in
  ${CMAKE_BINARY_DIR}/bullmq-config.cmake INSTALL_DESTINATION ${bullmq_cmake})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/bullmq-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/bullmq-config.cmake ${CMAKE_BINARY_DIR}/bullmq-config-version.cmake
        DESTINATION ${bullmq_cmake} COMPONENT bullmq)

install(FILES ${CMAKE_SOURCE_DIR}/LICENSE ${CMAKE_SOURCE_DIR}/src/bullmq/README.md
        ${CMAKE_SOURCE_DIR}/src/bullmq/FEATURES.md DESTINATION ${bullmq_doc} COMPONENT bullmq)
install(FILES ${CMAKE_BINARY_DIR}/src/bullmq/scripts/LICENSE DESTINATION ${bullmq_doc} COMPONENT bullmq
        RENAME LICENSE.scripts)
