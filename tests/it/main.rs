//! What the platform does, seen from outside. One module a feature.

mod access;
mod architecture;
mod blobs;
mod cards;
mod cli_explain;
mod cli_offline;
mod cli_program;
mod cli_pull;
mod cli_push;
mod cli_replay;
mod cli_site;
mod commits;
mod explain;
mod explain_fixtures;
mod floors;
mod hub;
mod log;
mod openapi;
mod problems;
mod releases;
mod repositories;
mod resolve;
mod site;
mod statements;
