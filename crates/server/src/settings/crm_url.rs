//! Where members reach their CRM, for links in messages that no request asks for.

use types::Hostname;

use super::{Stage, reader::Reader};

/// What stands for a tenant's main name.
const HOST: &str = "{host}";

/// The address of every tenant's CRM: `https://crm.{host}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrmUrl(String);

impl CrmUrl {
    /// The address of a page in the CRM of the tenant with this main name: `https://crm.example.com/leads`.
    pub fn of(&self, host: &Hostname, path: &str) -> String {
        format!("{}{path}", self.0.replace(HOST, host.as_str()))
    }
}

/// On one's own machine it is known; elsewhere only whoever set up the proxy knows.
pub(super) fn read(reader: &mut Reader<'_>, stage: Stage, port: u16) -> Option<CrmUrl> {
    const NAME: &str = "CRM_URL";
    let Some(text) = reader.text(NAME) else {
        let here = || CrmUrl(format!("http://{HOST}:{port}"));
        return (!stage.is_production()).then(here);
    };
    let bare = text.trim_end_matches('/');
    let example = reqwest::Url::parse(&bare.replace(HOST, "example.com"));
    let is_fine = example.is_ok_and(|url| {
        let has_no_more = url.query().is_none() && url.fragment().is_none() && url.path() == "/";
        has_no_more && matches!(url.scheme(), "http" | "https") && url.username().is_empty()
    });
    if !is_fine {
        reader.mistake(
            NAME,
            format!("{text:?} is not the address of a CRM; write https://crm.{HOST}"),
        );
        return None;
    }
    Some(CrmUrl(bare.to_owned()))
}
