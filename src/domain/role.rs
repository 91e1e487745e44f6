//! What somebody may do in a workspace.

use super::words::words;

words! {
    /// From most to least.
    Role {
        /// Everything: members, keys, accounts' addresses.
        Owner = "owner",
        /// Read and write.
        Member = "member",
        /// Read.
        Viewer = "viewer",
    }
}

impl Role {
    /// Whether this role may do all that `needed` may.
    pub fn covers(self, needed: Role) -> bool {
        self.rank() >= needed.rank()
    }

    /// The lesser of the two: a key never does more than its user may.
    #[must_use]
    pub fn at_most(self, other: Role) -> Role {
        if self.covers(other) { other } else { self }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Owner => 2,
            Self::Member => 1,
            Self::Viewer => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Role::{Member, Owner, Viewer};

    #[test]
    fn an_owner_may_do_everything_and_a_viewer_only_read() {
        assert!(Owner.covers(Member) && Owner.covers(Owner) && Member.covers(Viewer));
        assert!(!Viewer.covers(Member) && !Member.covers(Owner));
        assert_eq!((Owner.at_most(Viewer), Viewer.at_most(Owner), Member.at_most(Member)), (Viewer, Viewer, Member));
    }
}
