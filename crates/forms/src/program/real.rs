//! Numbers of 32 or 64 bits.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Sub};

use super::step::{Combination, Map};

/// Rows that are computed side by side: one instruction of the processor works on several of them.
pub(super) const LANES: usize = 16;

/// One element for [`LANES`] rows.
pub(super) type Lane<T> = [T; LANES];

/// A number of the precision in which a program is computed.
pub(super) trait Real:
    Copy
    + Debug
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + 'static
{
    const ZERO: Self;
    const ONE: Self;
    fn of(wide: f64) -> Self;
    fn wide(self) -> f64;
    fn exp(self) -> Self;
    fn is_nan(self) -> bool;
    fn map(self, map: Map) -> Self;

    fn truth(truth: bool) -> Self {
        if truth { Self::ONE } else { Self::ZERO }
    }

    fn least(self, other: Self) -> Self {
        if self < other || self.is_nan() { self } else { other }
    }

    fn greatest(self, other: Self) -> Self {
        if self > other || self.is_nan() { self } else { other }
    }
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[expect(clippy::cast_possible_truncation, reason = "rounding to 32 bits is what is asked for")]
    fn of(wide: f64) -> Self {
        wide as Self
    }

    fn wide(self) -> f64 {
        f64::from(self)
    }

    fn exp(self) -> Self {
        libm::expf(self)
    }

    fn is_nan(self) -> bool {
        Self::is_nan(self)
    }

    fn map(self, map: Map) -> Self {
        Self::of(f64::from(self).map(map))
    }
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    fn of(wide: f64) -> Self {
        wide
    }

    fn wide(self) -> f64 {
        self
    }

    fn exp(self) -> Self {
        libm::exp(self)
    }

    fn is_nan(self) -> bool {
        Self::is_nan(self)
    }

    fn map(self, map: Map) -> Self {
        map.at(self)
    }
}

impl Map {
    /// The value at `x`.
    #[must_use]
    pub fn at(self, x: f64) -> f64 {
        match self {
            Self::Function(function) => function.at(x),
            Self::Negative => -x,
            Self::Reciprocal => 1.0 / x,
            Self::Floor => libm::floor(x),
            Self::Ceiling => libm::ceil(x),
            Self::RoundEven => libm::rint(x),
            Self::Sign if x > 0.0 => 1.0,
            Self::Sign if x < 0.0 => -1.0,
            Self::Sign => x,
            Self::Single => f32::of(x).wide(),
            Self::Truncate => libm::trunc(x),
            Self::Truth => f64::truth(x != 0.0),
            Self::Not => f64::truth(x == 0.0),
            Self::IsNan => f64::truth(x.is_nan()),
            Self::Erf => libm::erf(x),
            Self::Leaky(_) if x >= 0.0 => x,
            Self::Leaky(factor) => x * f64::from_bits(factor),
        }
    }
}

impl Combination {
    /// The value for two numbers.
    #[must_use]
    pub fn at(self, left: f64, right: f64) -> f64 {
        combine(self, left, right)
    }
}

/// The operation in the precision of its numbers.
pub(super) fn combine<T: Real>(operation: Combination, left: T, right: T) -> T {
    match operation {
        Combination::Add => left + right,
        Combination::Subtract => left - right,
        Combination::Multiply => left * right,
        Combination::Divide => left / right,
        Combination::Least => left.least(right),
        Combination::Greatest => left.greatest(right),
        Combination::Power => T::of(libm::pow(left.wide(), right.wide())),
        Combination::Less => T::truth(left < right),
        Combination::LessOrEqual => T::truth(left <= right),
        Combination::Equal => T::truth(left == right),
        Combination::And => T::truth(left != T::ZERO && right != T::ZERO),
        Combination::Or => T::truth(left != T::ZERO || right != T::ZERO),
    }
}
