//! How a payload is declared. Unknown keys are dropped; every text is bounded.
//!
//! The bounds are generous for people and small for abusers: 64 for words we or a form chose, 128 for ids, 300 for an
//! address, 2,048 for a URL (what browsers and proxies agree on), 4,000 for what someone writes to an agent. The whole
//! is capped at 16 or 24 KiB by the endpoint.

use crate::text::Text;

/// A word that we or a form chose.
pub(super) type Word = Text<64>;
/// An id of ours or of a listing provider.
pub(super) type Id = Text<128>;
/// What a marketing link says.
pub(super) type Tag = Text<256>;
/// A street address on one line.
pub(super) type Address = Text<300>;
/// A URL, or a path of one.
pub(super) type Url = Text<2_048>;

/// Declares a payload: the fields that must be there, then those that may be left out.
macro_rules! payload {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$must_meta:meta])* $must:ident: $must_type:ty, )*
        } optional {
            $( $(#[$may_meta:meta])* $may:ident: $may_type:ty, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $( $(#[$must_meta])* pub $must: $must_type, )*
            $(
                $(#[$may_meta])*
                #[serde(default, deserialize_with = "super::optional::optional", skip_serializing_if = "Option::is_none")]
                pub $may: Option<$may_type>,
            )*
        }
    };
}
pub(super) use payload;
