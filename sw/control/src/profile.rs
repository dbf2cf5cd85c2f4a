//! Profiles: how a group's traffic is shared out among its enabled members.

use crate::allocate::Target;
use crate::weight::Weight;

/// How a group shares its traffic out. Source: US 7,395,349, FIG. 7, which names the profiles.
///
/// The last two weigh a member by a density at its place: of n enabled members, in their order, member i stands at (i + 0.5) / n. Their
/// means and sigmas are in units of the list, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Profile {
    /// To all enabled members alike.
    Uniform,
    /// By the members' weights.
    Weighted,
    /// By a normal density: most to the member at the mean.
    Gaussian {
        /// Place of the greatest share.
        mean: f64,
        /// Standard deviation.
        sigma: f64,
    },
    /// By a Rayleigh density: little to the first, most to the member at sigma, then ever less.
    Rayleigh {
        /// Place of the greatest share.
        sigma: f64,
    },
}

impl Profile {
    /// The shares of the enabled members, given in their order with the weights that they have.
    pub fn targets(self, members: impl ExactSizeIterator<Item = (u8, Weight)>) -> Vec<Target> {
        let count = members.len() as f64;
        let logarithms: Vec<f64> = (0..members.len()).map(|i| self.log_density((i as f64 + 0.5) / count)).collect();
        let greatest = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weigh = |((manager, weight), logarithm): ((u8, Weight), &f64)| Target {
            manager,
            weight: match self {
                Self::Uniform => Weight::ONE,
                Self::Weighted => weight,
                // libm's exponential is the same on every machine, the standard library's need not be.
                Self::Gaussian { .. } | Self::Rayleigh { .. } => Weight::fraction_of_most(libm::exp(logarithm - greatest)),
            },
        };
        members.zip(&logarithms).map(weigh).collect()
    }

    /// Logarithm of the density at a place, less a constant: no density is too small for it.
    fn log_density(self, place: f64) -> f64 {
        match self {
            Self::Uniform | Self::Weighted => 0.0,
            Self::Gaussian { mean, sigma } => -((place - mean) / sigma) * ((place - mean) / sigma) / 2.0,
            Self::Rayleigh { sigma } => libm::log(place) - (place / sigma) * (place / sigma) / 2.0,
        }
    }
}
