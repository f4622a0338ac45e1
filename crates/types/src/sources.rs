//! Where leads and contacts came from, where we are the ones who say it.

/// A valuation asked for on the tenant's site.
pub const WEBSITE_VALUATION: &str = "website_valuation";
/// Typed in by a member.
pub const CRM_MANUAL: &str = "crm_manual";
/// Brought in with a file.
pub const CSV_IMPORT: &str = "csv_import";
/// A form of the site that did not name itself.
pub const WEBSITE: &str = "website";
