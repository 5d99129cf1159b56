namespace Kontrakt.Tests.Schemas;

/// <summary>A file of docs/schemas, which the code decides.</summary>
internal static class SchemaFile
{
    /// <summary>Fails where the file is another; with KONTRAKT_WRITE_SCHEMAS=1 it is written.</summary>
    public static void Check(string name, string expected)
    {
        var path = Path.Combine(Repository.Root, "docs", "schemas", name);
        expected = expected.ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("KONTRAKT_WRITE_SCHEMAS") == "1")
            File.WriteAllText(path, expected);
        Assert.AreEqual(expected, File.Exists(path) ? File.ReadAllText(path) : "", $"docs/schemas/{name} is not what the code says: KONTRAKT_WRITE_SCHEMAS=1 dotnet test tests/Core.Tests --filter FullyQualifiedName~Schemas");
    }
}
