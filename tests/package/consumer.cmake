# A project of somebody else, that finds the installed BullMQ library.
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
find_package(bullmq CONFIG REQUIRED)
add_executable(consumer consumer.cpp)
target_link_libraries(consumer PRIVATE bullmq::bullmq)
