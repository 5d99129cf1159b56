using System.Security.Cryptography;
using System.Text;

namespace Kontrakt.Images.Projects;

/// <summary>Names and contents of a publish folder and lines of input as one number. Times, owners and modes do not count: SDK containers set their own.</summary>
internal static class PublishFolder
{
    /// <summary>SHA-256 in hex.</summary>
    public static async Task<string> FingerprintAsync(string folder, IEnumerable<string> inputs, CancellationToken cancellationToken)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (Path: file, Name: Path.GetRelativePath(folder, file).Replace('\\', '/')))
            .OrderBy(file => file.Name, StringComparer.Ordinal).ToArray();
        var hashes = new byte[files.Length][];
        await Parallel.ForAsync(0, files.Length, cancellationToken, async (index, token) =>
        {
            await using var stream = new FileStream(files[index].Path, new FileStreamOptions { Options = FileOptions.SequentialScan | FileOptions.Asynchronous });
            hashes[index] = await SHA256.HashDataAsync(stream, token);
        });

        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var input in inputs)
            whole.AppendData(Encoding.UTF8.GetBytes($"{input}\0"));
        for (var index = 0; index < files.Length; index++)
        {
            whole.AppendData(Encoding.UTF8.GetBytes($"{files[index].Name}\0"));
            whole.AppendData(hashes[index]);
        }
        return Convert.ToHexStringLower(whole.GetHashAndReset());
    }
}
