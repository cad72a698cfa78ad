def test_alive(client):
    assert client.get("/health/ready").status_code == 200
