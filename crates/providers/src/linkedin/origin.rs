//! Whose page it is, by the addresses that the page gives of itself.

use url::{Host, Url};

/// Whether an address is on LinkedIn's site: the host whole, or a name below it.
pub fn is_linkedins(url: &Url) -> bool {
    let on_linkedin = url.host_str().is_some_and(|host| host == "linkedin.com" || host.ends_with(".linkedin.com"));
    on_linkedin && matches!(url.scheme(), "http" | "https")
}

/// Another site's page. Its markup and its data may look like LinkedIn's, and its numbers are its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    pub host: String,
}

/// What the addresses of a page say together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    linkedin: bool,
    foreign: Option<Foreign>,
}

impl Origin {
    /// Notes an address by which the page calls itself, or at which a browser found it. Nothing is said by one without a host (a file, `about:`) or
    /// on the reader's own machine, where pages of any site are opened again.
    pub fn note(&mut self, address: &str) {
        let address = address.trim();
        // "//www.linkedin.com/…" leaves the scheme to the page around it.
        let complete = if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() };
        let Ok(url) = Url::parse(&complete) else { return };
        let is_own_machine = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => true,
        };
        if is_own_machine || !matches!(url.scheme(), "http" | "https") {
            return;
        }
        if is_linkedins(&url) {
            self.linkedin = true;
        } else if self.foreign.is_none() {
            self.foreign = url.host_str().map(|host| Foreign { host: host.to_owned() });
        }
    }

    /// Refuses a page that calls itself another site's anywhere. One that says nothing is judged by its markup.
    pub fn check(&self) -> Result<(), Foreign> {
        self.foreign.clone().map_or(Ok(()), Err)
    }

    pub fn is_silent(&self) -> bool {
        !self.linkedin && self.foreign.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(addresses: &[&str]) -> Origin {
        let mut origin = Origin::default();
        for address in addresses {
            origin.note(address);
        }
        origin
    }

    #[test]
    fn the_whole_host_decides_and_nothing_that_only_looks_like_it() {
        for own in [
            "https://www.linkedin.com/jobs/view/3912345101",
            "http://linkedin.com/",
            "https://DE.LinkedIn.com/jobs/view/3912345101",
            "//www.linkedin.com/jobs/view/3912345101",
            " https://www.linkedin.com:443/x ",
        ] {
            assert_eq!(said(&[own]), Origin { linkedin: true, foreign: None }, "{own}");
        }
        for (other, host) in [
            ("https://jobs.example/jobs/view/3912345101", "jobs.example"),
            ("https://notlinkedin.com/jobs/view/3912345101", "notlinkedin.com"),
            ("https://linkedin.com.example/jobs/view/3912345101", "linkedin.com.example"),
            ("https://www.linkedin.com@jobs.example/jobs/view/3912345101", "jobs.example"),
            ("https://jobs.example/?from=https://www.linkedin.com/jobs/view/3912345101", "jobs.example"),
            ("//jobs.example/linkedin.com/jobs/view/3912345101", "jobs.example"),
            ("https://203.0.113.7/jobs/view/3912345101", "203.0.113.7"),
        ] {
            assert_eq!(said(&[other]).check(), Err(Foreign { host: host.to_owned() }), "{other}");
        }
    }

    #[test]
    fn one_foreign_address_outweighs_linkedins_and_some_say_nothing() {
        let both = said(&["https://www.linkedin.com/jobs/view/3912345101", "https://mirror.example/jobs/view/3912345101"]);
        assert_eq!(both.check(), Err(Foreign { host: "mirror.example".to_owned() }));
        let nothing = [
            "",
            "/jobs/view/3912345101",
            "about:internet",
            "file:///home/ada/job.html",
            "http://127.0.0.1:9/x",
            "http://localhost/x",
            "http://[::1]/x",
        ];
        assert!(said(&nothing).is_silent(), "{:?}", said(&nothing));
        assert_eq!(said(&nothing).check(), Ok(()));
    }
}
