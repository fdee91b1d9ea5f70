"""Drives a platform with the stock client: from a folder to a published release and back.

usage: hub_client.py FOLDER (HF_ENDPOINT, HF_TOKEN of a publisher, OTHER_TOKEN of somebody else)
Prints one line of JSON at the end; any other end is a failure."""

import filecmp
import json
import os
import sys
import tempfile

from huggingface_hub import HfApi, get_hf_file_metadata, hf_hub_download, hf_hub_url, snapshot_download
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError


def refused(status, work):
    try:
        work()
    except HfHubHTTPError as error:
        assert error.response.status_code == status, error
        return str(error)
    raise AssertionError("it was not refused")


def main(folder):
    api, other = HfApi(), HfApi(token=os.environ["OTHER_TOKEN"])
    owner = api.whoami()["name"]
    repository = f"{owner}/ranker"
    api.create_repo(repository, exist_ok=True)
    with open(os.path.join(folder, "weights.bin"), "wb") as weights:
        weights.write(bytes(number * 7 % 251 for number in range(3_000_000)))
    uploaded = api.upload_folder(repo_id=repository, folder_path=folder)
    again = api.upload_folder(repo_id=repository, folder_path=folder)
    assert uploaded.oid == again.oid, "the same folder makes no new commit"
    api.create_tag(repository, tag="v1.0.0")

    target = tempfile.mkdtemp()
    snapshot_download(repository, revision="v1.0.0", local_dir=target)
    names = sorted(os.listdir(folder))
    same, different, missing = filecmp.cmpfiles(folder, target, names, shallow=False)
    assert (sorted(same), different, missing) == (names, [], []), (same, different, missing)
    assert [model.id for model in api.list_models(author=owner)] == [repository]
    about = get_hf_file_metadata(hf_hub_url(repository, "weights.bin", revision="v1.0.0"))
    assert about.commit_hash == uploaded.oid and about.size == 3_000_000, about

    moved = refused(409, lambda: api.delete_tag(repository, tag="v1.0.0"))
    assert "v1.0.0" in moved, moved
    refused(409, lambda: api.create_tag(repository, tag="v1.0.0"))
    refused(409, lambda: api.update_repo_settings(repository, private=True))
    refused(409, lambda: api.delete_repo(repository))

    api.update_repo_settings(repository, gated="manual")

    def get():
        fresh = tempfile.mkdtemp()
        return hf_hub_download(repository, "weights.bin", token=os.environ["OTHER_TOKEN"], cache_dir=fresh)

    try:
        get()
        raise AssertionError("the gate is open")
    except GatedRepoError as error:
        assert "restricted" in str(error), error
    api.grant_access(repository, other.whoami()["name"])
    assert os.path.getsize(get()) == 3_000_000
    assert [asked.username for asked in api.list_accepted_access_requests(repository)] == [other.whoami()["name"]]
    print(json.dumps({"commit": uploaded.oid, "files": names}))


main(sys.argv[1])
