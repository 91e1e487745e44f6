//! The one list of connectors.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use sluice_providers::{BrightData, Fetch, FetchConfig, LinkedIn, Provider, Unipile};

use crate::accounts::Connectors;
use crate::accounts::postings::PostingConnector;
use crate::domain::ProviderName;

/// Well below the time of a step, so that a call that hangs ends as one that failed, with its charge given back.
const LONGEST_CALL: Duration = Duration::from_secs(45);

/// Connectors that call the network. Fails only when the system's TLS set-up cannot be read.
pub fn connectors(private_addresses: bool) -> Result<Connectors, anyhow::Error> {
    // Another part of the process may have installed it already, which serves as well.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let fetch = Fetch::new(&FetchConfig { private_addresses, total_timeout: LONGEST_CALL, ..FetchConfig::default() })?;
    let unipile: Arc<dyn Provider> = Arc::new(Unipile::new(fetch.clone()));
    let postings = [
        (ProviderName::Linkedin, PostingConnector::Pages(Arc::new(LinkedIn::new(fetch.clone())))),
        (ProviderName::Brightdata, PostingConnector::Collection(Arc::new(BrightData::new(fetch)))),
    ];
    Ok(Connectors { people: HashMap::from([(ProviderName::Unipile, unipile)]), postings: HashMap::from(postings) })
}
