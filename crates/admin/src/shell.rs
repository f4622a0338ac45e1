//! The sidebar of the console.

use server::{NavItem, Shell};
use types::Operator;

/// The same on every page of the console, but for who is signed in.
pub(crate) fn console_shell(operator: &Operator) -> Shell {
    let item = |href, label, icon| NavItem {
        href,
        label,
        icon,
        count: None,
    };
    Shell {
        workspace: "Freehold".to_owned(),
        place: "Operator console".to_owned(),
        nav_label: "Platform",
        nav: vec![
            item("/", "Tenants", "building"),
            item("/features", "Features", "columns"),
            item("/health", "Health", "pulse"),
            item("/queue", "Queue", "inbox"),
            item("/audit", "Audit trail", "clock"),
            item("/explain", "Explain a host", "globe"),
            item("/operators", "Operators", "users"),
            item("/permissions", "Permissions", "shield"),
            item("/account", "Your account", "settings"),
        ],
        who: operator.name.clone(),
        who_note: format!("{} · {}", operator.email, operator.role),
        is_console: true,
        support: None,
    }
}
