//! crates/onnx
