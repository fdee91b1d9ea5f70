//! Functions of one number.

/// A function of one number, computed with `libm` so that every machine gives the same bits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Function {
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// Hyperbolic tangent.
    Tanh,
    /// max(x, 0).
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
            Self::Relu => x.max(0.0),
            Self::Exp => libm::exp(x),
            Self::Log => libm::log(x),
            Self::Softplus => x.max(0.0) + libm::log1p(libm::exp(-x.abs())),
            Self::Abs => x.abs(),
            Self::Sqrt => libm::sqrt(x),
            Self::Probit => core::f64::consts::SQRT_2 * inverse_erf(2.0 * x - 1.0),
        }
    }
}

/// The inverse error function as the runtime computes it: S. Winitzki, "A handy approximation for the error function
/// and its inverse" (2008).
fn inverse_erf(x: f64) -> f64 {
    let sign = if x < 0.0 { -1.0 } else { 1.0 };
    let log = libm::log((1.0 - x) * (1.0 + x));
    let half = 2.0 / (core::f64::consts::PI * 0.147) + 0.5 * log;
    sign * libm::sqrt(libm::sqrt(half * half - log / 0.147) - half)
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
