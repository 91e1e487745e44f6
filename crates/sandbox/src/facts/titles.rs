//! Titles by function, each with its seniority. A career climbs one ladder.

/// One function: its id and name at LinkedIn, how many people of a hundred work in it, and its ladder.
pub struct Ladder {
    pub id: u16,
    pub function: &'static str,
    pub weight: u32,
    /// Seniority | titles, the lowest rung first. Other names of one title follow it after `=`.
    pub rungs: &'static str,
    pub skills: &'static str,
    /// What people of this function put into a headline beside their title.
    pub specialties: &'static str,
}

pub const LADDERS: &[Ladder] = &[
    Ladder {
        id: 8,
        function: "Engineering",
        weight: 26,
        rungs: "
            training | Software Engineering Intern,Engineering Intern
            entry | Junior Software Engineer,Software Engineer,Frontend Engineer,Mechanical Engineer,QA Engineer
            senior | Senior Software Engineer,Staff Software Engineer,Senior Backend Engineer,Senior Data Engineer,DevOps Engineer,Site Reliability Engineer
            manager | Engineering Manager,Software Development Manager
            director | Director of Engineering,Head of Engineering
            vp | VP of Engineering=Vice President of Engineering
            cxo | CTO=Chief Technology Officer
        ",
        skills: "Rust,Python,Java,TypeScript,Kubernetes,PostgreSQL,Go,React,Distributed Systems,C++,AWS,Linux",
        specialties: "distributed systems,cloud infrastructure,open source,machine learning,mobile apps,embedded systems",
    },
    Ladder {
        id: 25,
        function: "Sales",
        weight: 14,
        rungs: "
            training | Sales Trainee
            entry | Sales Development Representative,Account Executive,Inside Sales Representative
            senior | Senior Account Executive,Enterprise Account Executive
            manager | Sales Manager,Regional Sales Manager,Key Account Manager
            director | Sales Director,Head of Sales
            vp | VP of Sales=Vice President of Sales
            cxo | CRO=Chief Revenue Officer
        ",
        skills: "Negotiation,Salesforce,Prospecting,Account Management,Pipeline Management,B2B Sales",
        specialties: "B2B SaaS,enterprise deals,new markets,channel partners,outbound",
    },
    Ladder {
        id: 15,
        function: "Marketing",
        weight: 9,
        rungs: "
            training | Marketing Intern
            entry | Marketing Coordinator,Content Writer,Social Media Specialist
            senior | Senior Marketing Specialist,SEO Lead
            manager | Marketing Manager,Brand Manager,Growth Marketing Manager
            director | Marketing Director,Head of Growth
            vp | VP of Marketing=Vice President of Marketing
            cxo | CMO=Chief Marketing Officer
        ",
        skills: "SEO,Content Strategy,Google Analytics,Brand Management,Copywriting,Marketing Automation",
        specialties: "demand generation,brand storytelling,performance marketing,community building",
    },
    Ladder {
        id: 19,
        function: "Product Management",
        weight: 7,
        rungs: "
            training | Product Management Intern
            entry | Associate Product Manager
            senior | Senior Product Owner
            manager | Product Manager,Senior Product Manager,Group Product Manager
            director | Director of Product,Head of Product
            vp | VP of Product=Vice President of Product
            cxo | CPO=Chief Product Officer
        ",
        skills: "Product Strategy,Roadmapping,User Research,A/B Testing,Agile,SQL",
        specialties: "zero to one,platform products,user research,payments",
    },
    Ladder {
        id: 10,
        function: "Finance",
        weight: 7,
        rungs: "
            training | Finance Intern
            entry | Financial Analyst,Accountant,Junior Auditor
            senior | Senior Financial Analyst,Senior Accountant
            manager | Finance Manager,Accounting Manager,Controller
            director | Finance Director,Head of FP&A
            vp | VP of Finance=Vice President of Finance
            cxo | CFO=Chief Financial Officer
        ",
        skills: "Financial Modeling,Forecasting,IFRS,Excel,Auditing,Budgeting",
        specialties: "FP&A,mergers and acquisitions,fundraising,audit readiness",
    },
    Ladder {
        id: 12,
        function: "Human Resources",
        weight: 7,
        rungs: "
            training | HR Intern
            entry | Recruiter,HR Generalist,Sourcing Specialist
            senior | Senior Technical Recruiter,HR Business Partner
            manager | HR Manager,Talent Acquisition Manager
            director | HR Director,Head of People
            vp | VP of People=Vice President of People
            cxo | CHRO=Chief Human Resources Officer
        ",
        skills: "Sourcing,Interviewing,Onboarding,Employee Relations,Compensation,Coaching",
        specialties: "technical hiring,employer branding,people analytics,remote teams",
    },
    Ladder {
        id: 18,
        function: "Operations",
        weight: 9,
        rungs: "
            training | Operations Intern
            entry | Operations Associate,Logistics Coordinator
            senior | Senior Operations Analyst,Senior Buyer
            manager | Operations Manager,Project Manager,Supply Chain Manager,Plant Manager
            director | Director of Operations,Head of Operations
            vp | VP of Operations=Vice President of Operations
            cxo | COO=Chief Operating Officer
        ",
        skills: "Process Improvement,Lean,Project Planning,Procurement,Supply Chain,Six Sigma",
        specialties: "lean operations,supply chains,scaling teams,procurement",
    },
    Ladder {
        id: 13,
        function: "Information Technology",
        weight: 8,
        rungs: "
            training | IT Trainee
            entry | IT Support Specialist,Systems Administrator,Data Analyst
            senior | Senior Systems Engineer,Security Engineer,Cloud Architect,Senior Data Scientist
            manager | IT Manager,Data Science Manager
            director | IT Director,Head of Information Security
            vp | VP of IT=Vice President of Information Technology
            cxo | CIO=Chief Information Officer
        ",
        skills: "Networking,Azure,Data Analysis,Information Security,Python,Terraform,Machine Learning",
        specialties: "zero trust,data platforms,cloud cost,analytics",
    },
    Ladder {
        id: 3,
        function: "Arts and Design",
        weight: 4,
        rungs: "
            training | Design Intern
            entry | UX Designer,Graphic Designer,Product Designer
            senior | Senior Product Designer,Senior UX Researcher
            manager | Design Manager
            director | Design Director,Creative Director
            vp | VP of Design=Vice President of Design
            cxo | Chief Design Officer
        ",
        skills: "Figma,Interaction Design,Typography,Prototyping,Illustration,Design Systems",
        specialties: "design systems,accessibility,visual identity,service design",
    },
    Ladder {
        id: 11,
        function: "Healthcare Services",
        weight: 4,
        rungs: "
            training | Medical Resident
            entry | Registered Nurse,Physiotherapist
            senior | Senior Pharmacist,Clinical Research Associate
            manager | Nurse Manager,Clinical Trials Manager
            director | Medical Director
            vp | VP of Clinical Operations=Vice President of Clinical Operations
            cxo | CMO=Chief Medical Officer
        ",
        skills: "Patient Care,Clinical Trials,Pharmacology,GCP,Public Health",
        specialties: "patient safety,oncology,public health,digital health",
    },
    Ladder {
        id: 14,
        function: "Legal",
        weight: 2,
        rungs: "
            training | Legal Trainee
            entry | Paralegal,Associate Attorney
            senior | Senior Counsel,Senior Associate
            manager | Legal Manager,Compliance Manager
            director | Legal Director,Head of Compliance
            vp | Deputy General Counsel
            cxo | General Counsel=Chief Legal Officer
        ",
        skills: "Contract Law,Compliance,Negotiation,Intellectual Property,Data Protection",
        specialties: "data protection,contracts,intellectual property,employment law",
    },
    Ladder {
        id: 7,
        function: "Education",
        weight: 3,
        rungs: "
            training | Teaching Assistant
            entry | Lecturer,Instructional Designer
            senior | Senior Lecturer,Research Scientist
            manager | Programme Manager
            director | Dean,Head of Research
            vp | Vice Provost
            cxo | Provost
        ",
        skills: "Curriculum Design,Research,Public Speaking,Mentoring,Statistics",
        specialties: "lifelong learning,research methods,teaching with technology",
    },
];

/// Who leads or owns a company, by its size: (seniority, titles). Such people come from any ladder.
pub const SMALL_COMPANY_LEADERS: &str = "
    cxo | CEO=Chief Executive Officer,CEO & Co-Founder=Chief Executive Officer,Founder & CEO=Chief Executive Officer,Chief Executive Officer=CEO
    owner | Founder,Co-Founder,Owner
    partner | Managing Partner,Partner
";
pub const LARGE_COMPANY_LEADERS: &str = "
    cxo | Chief Executive Officer=CEO,Group CEO=Chief Executive Officer,President & CEO=Chief Executive Officer
";
/// People without an employer.
pub const SELF_EMPLOYED: &str = "
    owner | Freelance Software Engineer,Independent Consultant,Freelance Designer,Freelance Marketing Consultant,Interim Manager
";
