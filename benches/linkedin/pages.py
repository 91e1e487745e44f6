"""Writes pages of job cards as guests of LinkedIn get them, in our own markup: pages.py FOLDER COUNT"""

import pathlib
import sys

TITLES = ["Senior Rust Engineer", "Data Engineer &amp; Analyst", "Head of Growth", "Nurse (m/f/d)", "Staff Engineer, R&amp;D", "מהנדס תוכנה בכיר"]
COMPANIES = ["Alderbank Systems", "Heron Light", "Fernvale Clinics", "Quillstone &amp; Sons", "Northgale Capital"]
PLACES = ["Berlin, Berlin, Germany", "London, England, United Kingdom", "Austin, TX", "Greater Paris Metropolitan Region"]
CARD = """      <li>
    <div class="base-card relative w-full hover:no-underline focus:no-underline base-card--link base-search-card base-search-card--link job-search-card" data-entity-urn="urn:li:jobPosting:{id}" data-impression-id="jobs-search-result-{row}" data-reference-id="reference{id}==" data-tracking-id="tracking{id}==" data-column="1" data-row="{row}">
        <a class="base-card__full-link absolute top-0 right-0 bottom-0 left-0 p-0 z-[2] outline-offset-[4px]" href="https://www.linkedin.com/jobs/view/posting-at-company-{id}?position={row}&amp;pageNum=0&amp;refId=reference&amp;trackingId=tracking" data-tracking-control-name="public_jobs_jserp-result_search-card" data-tracking-client-ingraph data-tracking-will-navigate>
          <span class="sr-only">
        {title}
          </span>
        </a>
        <div class="search-entity-media">
      <img class="artdeco-entity-image artdeco-entity-image--square-4" data-delayed-url="https://media.example/logo/{id}?e=1&amp;v=beta" data-ghost-classes="artdeco-entity-image--ghost" data-ghost-url="https://static.example/ghost" alt="">
        </div>
        <div class="base-search-card__info">
          <h3 class="base-search-card__title">
        {title}
          </h3>
            <h4 class="base-search-card__subtitle">
          <a class="hidden-nested-link" data-tracking-client-ingraph data-tracking-control-name="public_jobs_jserp-result_job-search-card-subtitle" data-tracking-will-navigate href="https://www.linkedin.com/company/company-{company_number}?trk=public_jobs_jserp-result_job-search-card-subtitle">
            {company}
          </a>
            </h4>
            <div class="base-search-card__metadata">
          <span class="job-search-card__location">
            {place}
          </span>
        <div class="job-posting-benefits text-sm">
          <icon class="job-posting-benefits__icon" data-delayed-url="https://static.example/icon" data-svg-class-name="job-posting-benefits__icon-svg"></icon>
      <span class="job-posting-benefits__text">
        Actively Hiring
      </span>
        </div>
          <time class="job-search-card__listdate" datetime="2026-11-{day:02d}">
      2 days ago
          </time>
            </div>
        </div>
    </div>
      </li>
"""

folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
for page in range(count):
    cards = []
    for row in range(10):
        number = page * 10 + row
        cards.append(
            CARD.format(
                id=3900000000 + number * 37,
                row=row + 1,
                title=TITLES[number % len(TITLES)],
                company=COMPANIES[number % len(COMPANIES)],
                company_number=number % len(COMPANIES),
                place=PLACES[number % len(PLACES)],
                day=1 + number % 20,
            )
        )
    (folder / f"{page:04d}.html").write_text("<!DOCTYPE html>\n\n" + "".join(cards))
