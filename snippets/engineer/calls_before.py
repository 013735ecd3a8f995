"""Bad on purpose: retries that multiply the load on a server that is down."""


def ask_again(client, request):
    for _ in range(5):
        response = client.send(request)
        if response.status_code == 200:
            break
    return response
