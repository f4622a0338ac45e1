//! What stands above a list: its views, its search, its filters, its columns, and the way out to a file.

use server::{Params, Submitted, page::amount};
use types::{ListKind, SavedView, ViewId};

use super::{Column, chosen};
use crate::{
    dialog::{Dialog, OPEN},
    leads::filter::day,
    views::{Views, path_of},
};

/// A field of the filter form.
pub(crate) struct FilterField {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    /// The choices, each with its words; empty for a field that is typed.
    pub(crate) options: Vec<(String, String)>,
}

/// A filter that is on, and the list without it.
pub(crate) struct Chip {
    pub(crate) text: String,
    pub(crate) href: String,
}

/// A view to open.
pub(crate) struct Tab {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) is_chosen: bool,
    pub(crate) is_shared: bool,
    /// The list opens with it for this reader.
    pub(crate) is_usual: bool,
}

/// A column to show or hide.
pub(crate) struct ColumnChoice {
    pub(crate) word: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_chosen: bool,
}

/// Everything above the table.
pub(crate) struct Toolbar {
    pub(crate) list: ListKind,
    pub(crate) path: &'static str,
    /// The list without any filter.
    pub(crate) whole: &'static str,
    pub(crate) search_name: &'static str,
    pub(crate) placeholder: &'static str,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) fields: Vec<FilterField>,
    pub(crate) chips: Vec<Chip>,
    pub(crate) columns: Vec<ColumnChoice>,
    pub(crate) is_dense: bool,
    pub(crate) export: String,
    /// The same as vCards, of a list of people.
    pub(crate) cards: Option<String>,
    /// The list as it is, for who saves it as a view.
    pub(crate) query: String,
    pub(crate) may_write: bool,
    /// The menus that fold out, each with its address.
    pub(crate) filtering: Dialog,
    pub(crate) choosing: Dialog,
    pub(crate) saving: Dialog,
    /// What the address asks for and nobody knows.
    pub(crate) unknown: Vec<String>,
    params: Params,
}

/// Parameters that say where in the list one is, or how it got there.
const PASSING: [&str; 5] = ["cursor", "before", "offset", "view", OPEN];

impl Toolbar {
    /// The toolbar of a list with these columns, asked for with `params`.
    pub(crate) fn new<C: Column>(
        list: ListKind,
        params: &Params,
        fields: Vec<FilterField>,
        views: Views,
    ) -> Self {
        let path = path_of(list);
        let (search_name, placeholder) = match list {
            ListKind::Leads => ("q", "Name, e-mail, phone, address or notes"),
            ListKind::Contacts => ("search", "Name, e-mail or phone"),
        };
        let state = Params(params.only(|name| !PASSING.contains(&name)));
        let columns = chosen::<C>(params);
        let (whole, usual) = (views.whole(list), views.usual.as_ref().map(|view| view.id));
        Self {
            list,
            path,
            search_name,
            placeholder,
            whole,
            tabs: (views.all.into_iter())
                .map(|view| tab(view, usual, params))
                .collect(),
            chips: chips(&state, (path, whole), &fields),
            columns: C::ALL
                .iter()
                .map(|column| ColumnChoice {
                    word: column.word(),
                    label: column.label(),
                    is_chosen: columns.contains(column),
                })
                .collect(),
            is_dense: is_dense(params),
            export: address(&format!("/api{path}.csv"), &state.query_with("", None)),
            cards: (list == ListKind::Contacts)
                .then(|| address(&format!("/api{path}.vcf"), &state.query_with("", None))),
            query: state.query_with("", None),
            may_write: false,
            filtering: Dialog::of("filter", path, params),
            choosing: Dialog::of("columns", path, params),
            saving: Dialog::of("view", path, params),
            unknown: Vec::new(),
            fields,
            params: state,
        }
    }

    /// The same for who may save views.
    pub(crate) fn for_writers(self, may_write: bool) -> Self {
        Self { may_write, ..self }
    }

    /// The same of a list that is shown without this, which its address asks for.
    pub(crate) fn without(self, unknown: Vec<String>) -> Self {
        Self { unknown, ..self }
    }

    /// What stands in a field now.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.params.get(name)
    }

    /// Whether a field stands at this choice.
    pub(crate) fn chose(&self, name: &str, option: &str) -> bool {
        self.value(name) == option
    }

    /// Everything but these, to be carried along by a form that sets them.
    pub(crate) fn kept(&self, form: &str) -> Vec<(&str, &str)> {
        let sets = |name: &str| match form {
            "search" => name == self.search_name,
            "filters" => self.fields.iter().any(|field| field.name == name),
            _ => name == "column" || name == "density",
        };
        let others = self.params.pairs();
        others
            .filter(|(name, value)| !sets(name) && !value.is_empty())
            .collect()
    }

    /// What kind of field a filter is typed into: days into one that offers a calendar, unless it is a time already.
    pub(crate) fn kind_of(&self, field: &FilterField) -> &'static str {
        let value = self.value(field.name);
        match field.name {
            "createdFrom" | "createdTo" | "nextActionTo" if value.is_empty() || is_day(value) => "date",
            _ => "text",
        }
    }

    /// Whether any filter is on.
    pub(crate) fn is_filtered(&self) -> bool {
        !self.chips.is_empty()
    }
}

fn is_day(value: &str) -> bool {
    day(value).is_some()
}

/// Whether the rows are to lie close together.
pub(crate) fn is_dense(params: &Params) -> bool {
    params.filled("density") == Some("dense")
}

fn tab(view: SavedView, usual: Option<ViewId>, params: &Params) -> Tab {
    let is_chosen = params.filled("view") == Some(view.id.to_string().as_str());
    Tab {
        href: format!("/views/{}", view.id),
        is_shared: view.is_shared,
        is_usual: usual == Some(view.id),
        name: view.name,
        is_chosen,
    }
}

fn chips(state: &Submitted, (path, whole): (&str, &str), fields: &[FilterField]) -> Vec<Chip> {
    let without = |name: &str| match state.query_with(name, None) {
        query if query.is_empty() => whole.to_owned(),
        query => format!("{path}?{query}"),
    };
    let chip = |field: &FilterField| {
        let value = state.filled(field.name)?;
        let named = field.options.iter().find(|(word, _)| word == value);
        Some(Chip {
            text: match (field.name, named.map_or(value, |(_, words)| words.as_str())) {
                ("needs", what) => format!("Needs {what}"),
                ("answered", who) => format!("Answered {who}"),
                ("reached", _) if value == "appointment" => "Had an appointment".to_owned(),
                ("reached", status) => format!("Was {status} once"),
                ("response", how) => format!("Answer is {how}"),
                ("hot", _) => "Hot now".to_owned(),
                ("createdFrom" | "createdTo" | "nextActionTo", day) => format!("{} {day}", field.label),
                ("sort", order) => format!("In order: {order}"),
                (_, words) => format!("{} is {words}", field.label),
            },
            href: without(field.name),
        })
    };
    let search = ["q", "search"].into_iter().filter_map(|name| {
        let text = format!("Searched for “{}”", state.filled(name)?);
        Some(Chip {
            text,
            href: without(name),
        })
    });
    fields.iter().filter_map(chip).chain(search).collect()
}

fn address(path: &str, query: &str) -> String {
    match query {
        "" => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// `2 leads, newest first`: what a table says it is.
pub(crate) fn caption(noun: &str, total: i64, order: &str) -> String {
    format!("{}, {order}", amount(total, noun))
}
