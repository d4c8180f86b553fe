"""The departments' own files: under one false alarm in a thousand cells of columns that declare no contact.

Which columns hold public contacts was read off the files, column by column; so was every alarm that is left.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from disclosure.recognise import hk_files
from disclosure.recognise.looked import searched

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not hk_files.SHARED.is_dir(), reason="the real files are not here; PRAYA_SHARED says where they are"
    ),
]

PREMISES = "where the department's own facilities stand, as it publishes them"
OFFICE = "telephone, fax or address of an office, given out for the public to use"
POINT = "coordinates of public facilities, roads or detectors, published to be found on a map"
# file → {column or pattern of columns: why what is found there is public}
DECLARED = {
    "dh_building_list_chi": {
        "大廈名單": "names of buildings on a health notice, some of them street numbers"
    },
    "dh_building_list_eng": {
        "Building name": "names of buildings on a health notice, some of them street numbers"
    },
    "edb_SCH_LOC_EDB_beejai": {
        "ENGLISH ADDRESS|中文地址": "addresses of schools",
        "TELEPHONE|聯絡電話|FAX NUMBER|傳真號碼": "telephone and fax of schools",
        "LONGITUDE|經度|LATITUDE|緯度|EASTING|坐標東|NORTHING|坐標北": POINT,
    },
    "epd_Recyclable-Collection-Points-Data": {
        "address2?_(en|tc|sc)": PREMISES,
        "contact_(en|tc|sc)": "the collection points' own contacts, persons among them, published with the point",
        "lat|lgt|GeometryLongitude|GeometryLatitude": POINT,
    },
    "fehd_HKGS_facility_and_service_locations_2023-03-14": {
        r"properties\.(Address|地址)": PREMISES,
        r"properties\.(Telephone\d|電話\d|Fax Number|傳真)": OFFICE,
        r"geometry\.coordinates\.\d|properties\.(Northing|Easting)": POINT,
    },
    "hd_prh-estates": {
        r"(District Tenancy Management Office/Estate Office|Property Management|Carpark Management)\..*": OFFICE,
        "Estate Map L(at|ong)itude": POINT,
    },
    "lcsd_facility-fw": {"Latitude|Longitude": POINT},
    "sf311_service_requests": {"incident_address": "where a request is about, which San Francisco publishes"},
    "td_traffic_speed_volume_occ_info": {"Easting|Northing|Latitude|Longitude": POINT},
    "td_traffic_speed_volume_occ_info_2021": {"Easting|Northing|Latitude|Longitude": POINT},
    "td_tsm_link_and_node_info_v2": {"[CDFG]": POINT},
}
# What is left, read one by one. Most are contacts that stand where none was to be expected.
READ = {
    (
        "censtatd_Population_by_Sex_and_Age_2022",
        "Sex",
        "e-mail",
    ): "true: the office, in the notes below the table",
    (
        "censtatd_Population_by_Sex_and_Age_2022",
        "Sex",
        "phone",
    ): "true: the office, in the notes below the table",
    ("epd_Recyclable-Collection-Points-Data", "openhour_en", "address"): "true: an address among the hours",
    ("epd_Recyclable-Collection-Points-Data", "openhour_en", "phone"): "true: the department's own number",
    ("epd_Recyclable-Collection-Points-Data", "openhour_tc", "phone"): "true: the department's own number",
    ("epd_Recyclable-Collection-Points-Data", "openhour_sc", "phone"): "true: the department's own number",
    (
        "fehd_HKGS_facility_and_service_locations_2023-03-14",
        "properties.Facility Name",
        "address",
    ): "true: premises",
    (
        "fehd_HKGS_facility_and_service_locations_2023-03-14",
        "properties.設施名稱",
        "address",
    ): "true: premises",
    ("hd_prh-estates", "Further Information.en", "address"): "true: an estate office",
    ("hd_prh-estates", "Further Information.en", "phone"): "true: an estate office",
    ("hd_prh-estates", "Further Information.zh-Hans", "phone"): "true: an estate office",
    ("hd_prh-estates", "Further Information.zh-Hant", "phone"): "true: an estate office",
    ("sf311_service_requests", "status_notes", "address"): "true: addresses in notes of staff",
    ("sf311_service_requests", "status_notes", "e-mail"): "true: officers and residents, in notes of staff",
    ("sf311_service_requests", "status_notes", "phone"): "true: an office's number, and an officer's",
    (
        "sf311_service_requests",
        "status_notes",
        "name",
    ): "residents and officers, and three times the sewer word MS",
    ("sf311_service_requests", "status_notes", "hkid"): "false: a work order, `wo` and seven digits",
}


def test_under_one_alarm_in_a_thousand_cells() -> None:
    alarms: Counter[tuple[str, str, str]] = Counter()
    cells = 0
    for name, table in hk_files.tables():
        declared = re.compile("|".join(DECLARED.get(name, {})) or "(?!)")
        looked_at = [column for column in table.column_names if not declared.fullmatch(column)]
        cells += sum(len(table[column]) - table[column].null_count for column in looked_at)
        for finding in searched(table.select(looked_at)):
            alarms[name, finding.column, finding.kind] += finding.hits
    assert cells > 900_000
    # All alarms count here, also those that are right.
    assert sum(alarms.values()) < cells / 1000 / 5, alarms
    assert set(alarms) <= set(READ), "an alarm that nobody has read yet"


@pytest.mark.full
def test_every_declaration_is_needed() -> None:
    """A column is declared because something is found in it, and for no other reason."""
    for name, table in hk_files.tables():
        for pattern in DECLARED.get(name, {}):
            columns = [column for column in table.column_names if re.fullmatch(pattern, column)]
            assert {each.column for each in searched(table.select(columns))} == set(columns), (name, pattern)
