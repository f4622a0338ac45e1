//! The sidebar of the console.

use server::{NavItem, Shell};
use types::Operator;

/// The same on every page of the console, but for who is signed in.
pub(crate) fn console_shell(operator: &Operator) -> Shell {
    let tenants = NavItem {
        href: "/",
        label: "Tenants",
        icon: "building",
        count: None,
    };
    Shell {
        workspace: "Freehold".to_owned(),
        place: "Operator console".to_owned(),
        nav_label: "Platform",
        nav: vec![tenants],
        who: operator.name.clone(),
        who_note: format!("{} · {}", operator.email, operator.role),
        is_console: true,
    }
}
