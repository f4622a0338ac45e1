//! Chance that falls the same way every time: a drawing follows from its name.

/// A stream of numbers that follows from a name (`SplitMix64`).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn of(name: &str) -> Self {
        // FNV-1a: names that differ in a letter begin far apart.
        let start = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(start)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1.
    pub(super) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// Whether something happens that happens so often.
    pub(super) fn falls(&mut self, chance: f64) -> bool {
        self.share() < chance
    }

    pub(super) fn pick<T: Copy, const N: usize>(&mut self, choices: [T; N]) -> T {
        let nth = (self.share() * N as f64) as usize;
        choices[nth.min(N - 1)]
    }
}
