//! A tiny generator of draws: the same seed gives the same draws on every machine and in every version of every crate.

/// SplitMix64. Seeds come from one ChaCha stream; what hangs on one person hangs on that person's seed alone.
#[derive(Debug, Clone)]
pub struct Draws(u64);

/// Mixes a seed with a purpose, so that two questions about one person have independent answers.
pub fn mix(seed: u64, purpose: u64) -> u64 {
    Draws(seed ^ purpose.wrapping_mul(0xD6E8_FEB8_6659_FD93)).draw()
}

/// A stable number for a text.
pub fn digest(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

impl Draws {
    pub fn new(seed: u64) -> Draws {
        Draws(seed)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end` − 1; `end` must not be 0.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.draw()) * end as u128) >> 64) as usize
    }

    /// A number from `first` to `last`, both included.
    pub fn between(&mut self, first: i32, last: i32) -> i32 {
        first + self.below((last - first + 1).max(1) as usize) as i32
    }

    /// True `parts` times in `whole`.
    pub fn chance(&mut self, parts: usize, whole: usize) -> bool {
        self.below(whole) < parts
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Picks by weight in constant time on average: cumulative sums and a binary search.
#[derive(Debug, Clone, Default)]
pub struct Weighted {
    sums: Vec<u32>,
}

impl Weighted {
    pub fn new(weights: impl IntoIterator<Item = u32>) -> Weighted {
        let mut sum = 0;
        Weighted {
            sums: weights
                .into_iter()
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect(),
        }
    }

    pub fn pick(&self, draws: &mut Draws) -> usize {
        let at = draws.below(self.sums.last().copied().unwrap_or(1) as usize) as u32;
        self.sums.partition_point(|sum| *sum <= at)
    }
}
