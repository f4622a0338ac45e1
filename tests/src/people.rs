//! Who lives in the demo: the tenants, the people and their password, as the public contract names them.

use serde_json::{Value, json};

/// The host of one demo tenant.
pub const FAIRFIELD: &str = "fairfield.localhost";
/// The host of the other.
pub const HUDSON: &str = "hudson.localhost";
/// Everybody's.
pub const PASSWORD: &str = "freehold-demo-2026";

/// Somebody with a sign-in.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Where they sign in.
    pub host: &'static str,
    /// As whom.
    pub email: &'static str,
}

/// Owner of fairfield.
pub const AVA: Person = Person {
    host: FAIRFIELD,
    email: "ava@fairfield.example.com",
};
/// Agent of fairfield.
pub const BEN: Person = Person {
    host: FAIRFIELD,
    email: "ben@fairfield.example.com",
};
/// Owner of hudson.
pub const HUGO: Person = Person {
    host: HUDSON,
    email: "hugo@hudson.example.com",
};
/// The operator who may change things.
pub const OPS: Person = Person {
    host: "localhost",
    email: "ops@freehold.example.com",
};
/// The operator who looks after domains and the queue.
pub const OLIVIA: Person = Person {
    host: "localhost",
    email: "olivia@freehold.example.com",
};
/// The operator who helps.
pub const SAM: Person = Person {
    host: "localhost",
    email: "sam@freehold.example.com",
};
/// The operator who looks.
pub const VERA: Person = Person {
    host: "localhost",
    email: "vera@freehold.example.com",
};

/// What the contact page sends, valid and boring; the number is nobody's else, for numbers make contacts one.
pub fn an_enquiry(email: &str) -> Value {
    let sum: u32 = email
        .bytes()
        .fold(0, |sum, byte| sum.wrapping_mul(31) + u32::from(byte) % 31);
    json!({
        "name": "Ann Example",
        "email": email,
        "phone": format!("(860) {}-{:04}", 200 + sum % 700, sum / 700 % 10_000),
        "message": "Is the garden as large as it looks?",
        "timeframe": "1-3 months",
        "source": "contact",
    })
}
