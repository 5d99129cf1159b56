using System.Globalization;
using System.Security.Cryptography;

namespace Kontrakt.Runs;

/// <summary>Run ids: when, and five random characters, such as 20261120-053412-x7k2q. They sort by time; the last part is the short id in namespaces' names.</summary>
public static class RunId
{
    // No vowels and nothing that reads like another character: no accidental words, no misreading.
    private const string Alphabet = "bcdfghjkmnpqrstvwxz23456789";

    public static string New(TimeProvider time) =>
        time.GetUtcNow().ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + RandomNumberGenerator.GetString(Alphabet, 5);

    public static string Short(string id) => id[(id.LastIndexOf('-') + 1)..];
}
