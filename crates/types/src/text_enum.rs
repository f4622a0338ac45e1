//! One way to write an enum whose variants are words on the wire and in the database.

/// Declares a fieldless enum with its words: `as_str`, `Display`, `FromStr`, `ALL` and serde as that word.
///
/// A word nobody knows is an [`UnknownWord`](crate::UnknownWord), which names the words that are known.
macro_rules! text_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $word:literal ),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $( $(#[$variant_meta])* $variant ),+ }

        impl $name {
            /// Every variant, in the order it is declared.
            pub const ALL: &'static [Self] = &[ $( Self::$variant ),+ ];

            /// The word on the wire and in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word ),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $( $word => Ok(Self::$variant), )+
                    _ => Err($crate::UnknownWord::new(&[ $( $word ),+ ])),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text_enum;

/// A word that is none of those an enum knows. Reads as the end of "the status …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    known: &'static [&'static str],
}

impl UnknownWord {
    pub(crate) const fn new(known: &'static [&'static str]) -> Self {
        Self { known }
    }
}

impl std::fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "must be one of {}", self.known.join(", "))
    }
}

impl std::error::Error for UnknownWord {}
