# Run by cmake/page.cmake: `npm run build` in WEB, its output moved to PAGE. Vite writes into WEB/dist, which
# all build directories share, so one build waits for the other.
file(LOCK ${WEB}/.build.lock GUARD PROCESS TIMEOUT 600)
execute_process(COMMAND ${NPM} run --silent build
                WORKING_DIRECTORY ${WEB} OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
if(result)
  message(FATAL_ERROR "${output}")
endif()
file(REMOVE_RECURSE ${PAGE})
file(RENAME ${WEB}/dist ${PAGE})
