async def lint(a):
    return []
