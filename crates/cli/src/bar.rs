//! A bar that shows how far many bytes are, where somebody looks at a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over this many bytes.
pub(crate) fn of_bytes(what: &'static str, bytes: u64) -> ProgressBar {
    let look = "{msg:<12} {bar:30} {bytes:>11}/{total_bytes} {bytes_per_sec:>13} {eta:>4}";
    drawn(ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(8)), look, what)
}

/// A bar over this many parts.
pub(crate) fn of_parts(what: &'static str, parts: u64) -> ProgressBar {
    let look = "{msg:<12} {bar:30} {pos:>4}/{len} {elapsed:>6}";
    drawn(ProgressBar::with_draw_target(Some(parts), ProgressDrawTarget::stderr_with_hz(8)), look, what)
}

/// A sign that something is waited for.
pub(crate) fn of_waiting(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
    let bar = drawn(bar, "{msg} {spinner} {elapsed}", what);
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

/// A look that cannot be read leaves the usual one.
fn drawn(bar: ProgressBar, look: &str, what: &'static str) -> ProgressBar {
    let bar = bar.with_message(what);
    match ProgressStyle::with_template(look) {
        Ok(style) => bar.with_style(style),
        Err(_unreadable) => bar,
    }
}
