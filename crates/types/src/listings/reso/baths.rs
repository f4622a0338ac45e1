//! How many bathrooms a row counts, in whichever of its fields.

use super::{BadRow, ResoListing};
use crate::property::Baths;

/// A quarter of a bathroom, in hundredths: a total of other parts is 2.1 for two full ones and a half one.
const QUARTER: u16 = 25;

impl ResoListing {
    /// The total in quarters, if the row has one; else those that somebody counted, each for what it is. Where the whole
    /// number has more than were counted, nobody counted the others, and each of them is taken for one.
    pub(super) fn baths(&self) -> Result<Option<Baths>, BadRow> {
        let in_quarters =
            |total: &Baths| total.hundredths() > 0 && total.hundredths().is_multiple_of(QUARTER);
        if let Some(total) = self.bathrooms_total_decimal.filter(in_quarters) {
            return Ok(Some(total));
        }
        let kinds = [
            (self.bathrooms_full, 1.0),
            (self.bathrooms_three_quarter, 0.75),
            (self.bathrooms_half, 0.5),
            (self.bathrooms_one_quarter, 0.25),
        ];
        let counted = kinds
            .iter()
            .filter_map(|(count, worth)| Some((f64::from((*count)?), worth)));
        let total = self.bathrooms_total_integer.or(self.bathrooms_total_decimal);
        let rooms: f64 = counted.clone().map(|(count, _)| count).sum();
        match total {
            Some(total) if total.as_f64() > rooms => Ok(Some(total)),
            _ if counted.clone().next().is_none() => Ok(total),
            _ => {
                let worth = counted.map(|(count, worth)| count * worth).sum::<f64>();
                Baths::try_from(worth).map(Some).map_err(|_| BadRow::Baths)
            }
        }
    }
}
