using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>
/// Secrets as a cover has them: one slow and salted hash of all. A plain hash of each would let whoever can read a shared folder of verdicts try
/// values by the billion; so each try costs as much as a run, and holds for one kontrakt only.
/// </summary>
internal static class VerdictSecrets
{
    /// <summary>In place of the hash of a Secret itself.</summary>
    public const string Elsewhere = "in secrets";

    /// <summary>Some 40 ms, once for each kontrakt with Secrets: a run whose verdicts are all kept should take no longer than that.</summary>
    public const int Iterations = 100_000;

    private const int Length = 32;

    public static bool IsSecret(Manifest manifest) => manifest.Object.Kind == "Secret";

    /// <param name="salt">What else the cover says, so that equal Secrets are not known by equal hashes.</param>
    /// <returns>PBKDF2 over the JSON of all Secrets and of the assertions on them, a line each; null where there are none.</returns>
    public static string? Hash(KontraktManifests manifests, byte[] salt)
    {
        var secrets = manifests.Prerequisites.SelectMany(before => before.Objects).Concat(manifests.Objects).Concat(manifests.Assertions).Where(IsSecret).Select(manifest => manifest.Object.Json.ToJsonString()).ToList();
        if (secrets.Count == 0)
            return null;
        var hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(string.Join('\n', secrets)), salt, Iterations, HashAlgorithmName.SHA256, Length);
        return string.Create(CultureInfo.InvariantCulture, $"pbkdf2-sha256:{Iterations}:{Convert.ToHexStringLower(hash)}");
    }
}
