//! Functions of one number.

/// A function of one number, computed with `libm` so that every machine gives the same bits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Function {
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// Hyperbolic tangent.
    Tanh,
    /// x above 0, else 0; NaN stays.
    Relu,
    /// exp(x).
    Exp,
    /// Natural logarithm.
    Log,
    /// ln(1 + exp(x)).
    Softplus,
    /// The absolute value.
    Abs,
    /// The square root.
    Sqrt,
    /// The cumulative normal distribution, turned into its inverse: ONNX post transform PROBIT.
    Probit,
}

impl Function {
    /// The value at `x`.
    #[must_use]
    pub fn at(self, x: f64) -> f64 {
        match self {
            Self::Sigmoid => 1.0 / (1.0 + libm::exp(-x)),
            Self::Tanh => libm::tanh(x),
            // NaN stays, as in the runtime.
            Self::Relu if x < 0.0 => 0.0,
            Self::Relu => x,
            Self::Exp => libm::exp(x),
            Self::Log => libm::log(x),
            Self::Softplus => x.max(0.0) + libm::log1p(libm::exp(-x.abs())),
            Self::Abs => x.abs(),
            Self::Sqrt => libm::sqrt(x),
            Self::Probit => f64::from(probit(x)),
        }
    }
}

/// The inverse of the cumulative normal distribution, in 32 bits and in this order of operations as ONNX Runtime
/// computes it. Source: S. Winitzki, "A handy approximation for the error function and its inverse" (2008).
#[expect(clippy::cast_possible_truncation, reason = "the runtime computes it in 32 bits")]
fn probit(x: f64) -> f32 {
    const A: f32 = 0.147;
    let x = 2.0 * x as f32 - 1.0;
    let sign = if x < 0.0 { -1.0 } else { 1.0 };
    let log = libm::logf((1.0 - x) * (1.0 + x));
    let half = 2.0 / (core::f32::consts::PI * A) + 0.5 * log;
    let rest = 1.0 / A * log;
    core::f32::consts::SQRT_2 * sign * libm::sqrtf(-half + libm::sqrtf(half * half - rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_arguments_do_not_overflow() {
        assert!((Function::Sigmoid.at(-800.0)).abs() < 1e-300);
        assert!((Function::Sigmoid.at(800.0) - 1.0).abs() < 1e-12);
        assert!((Function::Softplus.at(800.0) - 800.0).abs() < 1e-9);
        assert!(Function::Softplus.at(-800.0) >= 0.0);
    }

    #[test]
    fn one_half_is_the_middle_of_the_normal_distribution() {
        assert!(Function::Probit.at(0.5).abs() < 1e-12);
        assert!((Function::Probit.at(0.975) - 1.96).abs() < 5e-3);
    }
}
