# Run by watchbill_npm_packages: `npm ci` in FOLDER unless its node_modules are as package-lock.json says.
# Two builds in different directories share FOLDER, so one waits for the other.
set(lock_file ${FOLDER}/package-lock.json)
set(installed ${FOLDER}/node_modules/.package-lock.json)
file(LOCK ${FOLDER}/.build.lock GUARD PROCESS TIMEOUT 600)
if(NOT EXISTS ${installed} OR ${lock_file} IS_NEWER_THAN ${installed})
  execute_process(COMMAND ${NPM} ci --no-audit --no-fund --loglevel=error
                  WORKING_DIRECTORY ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
endif()
file(TOUCH ${STAMP})
