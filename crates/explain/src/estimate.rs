//! Means over lists with an interval.

/// A mean over lists, with a 95 % interval from resampling the lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Mean over lists; every list counts once.
    pub value: f64,
    /// Lower end; `None` when it rests on a single list, from which no interval can be had.
    pub low: Option<f64>,
    /// Upper end; `None` as `low`.
    pub high: Option<f64>,
    /// Lists it rests on.
    pub lists: usize,
}

/// Resamples of the lists.
#[derive(Clone, Debug)]
pub struct Bootstrap;
