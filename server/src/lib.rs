//! The site over HTTP: a JSON API in `api`, pages in `pages`, both faces of the same use cases.
//!
//! Knows nothing of SQL and ONNX: it reads requests into words, asks the [`registry`], and writes answers. Errors become
//! answers in one place, [`problem`].

pub mod address;
mod api;
mod app;
pub mod auth;
pub mod backup;
mod bytes;
pub mod config;
mod edge;
mod everything;
mod files;
mod health;
mod hub;
mod json;
pub mod keys;
pub mod language;
mod log;
pub mod log_key;
pub mod pages;
mod preview;
pub mod problem;
mod running;
mod schemas;
mod signed;
pub mod site;
mod start_error;
pub mod witness;

pub use api::openapi;
pub use config::{Config, Limits, WrongSetting};
pub use edge::RequestId;
pub use running::{Running, make_keys, open, rotate, start};
pub use start_error::StartError;
