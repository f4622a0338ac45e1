//! The words that homes are found by: those of their addresses, each leading to its homes.
//!
//! A text inside of another can only be found by looking at each; a word, or how one begins, is looked up.

use types::{
    listings::{Listing, searched_words},
    words::words,
};

use super::{area, street};
use crate::{
    Result, TenantScope, Tx,
    backend::{Query, Sql},
    tenant::words::{Had, begins, rarest_first},
};

/// As many homes of a word are opened and sorted for a page. Where a word has more, the order of the page is walked, and
/// meets the next of them soon.
const FEW: i64 = 2_000;

/// As many homes of a word are opened to count those that are all else that is asked. Where a word has more, an index is
/// walked.
const SOME: i64 = 20_000;

/// Forgets the words of those homes that will have other ones. To be called before these listings are written.
pub(super) async fn forget_changed(tx: &mut Tx, scope: &TenantScope, listings: &[Listing]) -> Result<()> {
    const FORGET: Sql = Sql {
        sqlite: "DELETE FROM listing_words
                  WHERE tenant_id = $1
                    AND listing_id IN (
                        SELECT home.id
                          FROM list
                          JOIN listings AS home ON home.tenant_id = $1 AND home.id = list.c0
                         WHERE home.search_street <> list.c1 OR home.search_area <> list.c2)",
        postgres: "DELETE FROM listing_words
                    WHERE tenant_id = $4
                      AND listing_id IN (
                          SELECT home.id
                            FROM UNNEST($1, $2, $3) AS list (id, street, area)
                            JOIN listings AS home ON home.tenant_id = $4 AND home.id = list.id
                           WHERE home.search_street <> list.street OR home.search_area <> list.area)",
    };
    tx.bulk(FORGET)
        .column(listings.iter().map(|listing| listing.id.to_string()))
        .column(listings.iter().map(street))
        .column(listings.iter().map(area))
        .bind(scope.tenant_id())
        .execute()
        .await?;
    Ok(())
}

/// Remembers the words of these homes, which are written.
pub(super) async fn remember(tx: &mut Tx, scope: &TenantScope, listings: &[Listing]) -> Result<()> {
    const REMEMBER: Sql = Sql {
        sqlite: "INSERT INTO listing_words (tenant_id, word, listing_id)
                 SELECT $1, c0, c1 FROM list WHERE true
                     ON CONFLICT (tenant_id, word, listing_id) DO NOTHING",
        postgres: "INSERT INTO listing_words (tenant_id, word, listing_id)
                   SELECT $3, word, listing_id FROM UNNEST($1, $2) AS list (word, listing_id)
                       ON CONFLICT (tenant_id, word, listing_id) DO NOTHING",
    };
    let (words, homes): (Vec<_>, Vec<_>) = listings
        .iter()
        .flat_map(|listing| {
            let address = format!("{} {}", street(listing), area(listing));
            let id = listing.id.to_string();
            words(&address).into_iter().map(move |word| (word, id.clone()))
        })
        .unzip();
    if words.is_empty() {
        return Ok(());
    }
    tx.bulk(REMEMBER)
        .column(words)
        .column(homes)
        .bind(scope.tenant_id())
        .execute()
        .await?;
    Ok(())
}

/// The words that a search asks for, the one that the fewest homes have first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tenant) struct Asked {
    words: Vec<String>,
    /// How many homes the first word has, and one more than [`SOME`] at most.
    homes: i64,
}

/// How homes are asked for their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tenant) enum Way {
    /// The homes of the first word are opened, and asked for the others.
    Opened,
    /// Each home on the way is looked for in the list of each word's homes, which is made once.
    Listed,
    /// Each home on the way is asked for each word: for very few homes.
    Each,
}

impl Asked {
    /// What is asked with this text. One statement, however many words it has.
    pub(in crate::tenant) async fn of(tx: &mut Tx, scope: &TenantScope, text: &str) -> Result<Self> {
        let mut words = searched_words(text);
        let had = match words.split_first() {
            Some(words) => count(tx, scope, words).await?,
            None => Vec::new(),
        };
        let homes = rarest_first(&mut words, &had);
        Ok(Self { words, homes })
    }

    /// How a page is found.
    pub(super) const fn for_a_page(&self) -> Way {
        if self.homes <= FEW {
            Way::Opened
        } else {
            Way::Listed
        }
    }

    /// How they are counted.
    pub(super) const fn for_counting(&self) -> Way {
        if self.homes <= SOME {
            Way::Opened
        } else {
            Way::Listed
        }
    }

    /// Adds what is asked to a statement about `listings`.
    pub(in crate::tenant) fn narrow<'tx>(&self, query: Query<'tx>, way: Way) -> Query<'tx> {
        let (first, others) = match way {
            Way::Opened => (IS_LISTED, HAS_IT),
            Way::Listed => (IS_LISTED, IS_LISTED),
            Way::Each => (HAS_IT, HAS_IT),
        };
        let Some((word, rest)) = self.words.split_first() else {
            // A text of signs alone, which no address is found by.
            return query.and(" AND 1 = 0");
        };
        let query = begins(query.and(first), word).and(")");
        rest.iter()
            .fold(query, |query, word| begins(query.and(others), word).and(")"))
    }
}

const IS_LISTED: &str =
    " AND listings.id IN (SELECT named.listing_id FROM listing_words AS named WHERE named.tenant_id = $1";

const HAS_IT: &str = " AND EXISTS (SELECT 1 FROM listing_words AS named
                                    WHERE named.tenant_id = $1 AND named.listing_id = listings.id";

/// How many homes have each word, and one more than [`SOME`] at most.
async fn count(tx: &mut Tx, scope: &TenantScope, (first, others): (&String, &[String])) -> Result<Vec<Had>> {
    let counts = tx.query(
        "SELECT CAST(0 AS BIGINT) AS place, COUNT(*) AS rows_of_word
           FROM (SELECT 1 FROM listing_words AS named WHERE named.tenant_id = $1",
    );
    let mut counts = some_of(counts.bind(scope.tenant_id()), first);
    for (place, word) in (1_i64..).zip(others) {
        counts = counts.and_with(" UNION ALL SELECT $", place).and(
            " AS place, COUNT(*) AS rows_of_word
                FROM (SELECT 1 FROM listing_words AS named WHERE named.tenant_id = $1",
        );
        counts = some_of(counts, word);
    }
    counts.fetch_all().await
}

fn some_of<'tx>(query: Query<'tx>, word: &str) -> Query<'tx> {
    begins(query, word)
        .and_with(" LIMIT $", SOME + 1)
        .and(") AS a_few")
}
