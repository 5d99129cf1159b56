using Kontrakt.Diagnostics;
using Kontrakt.Manifests;

namespace Kontrakt.Pipelines.Init;

/// <summary>A file to be written; a full path.</summary>
public sealed record InitFile(string Path, string Text);

/// <summary>What a first kontrakt consists of.</summary>
/// <param name="Notes">What was not taken over, or guessed: for the user to look at.</param>
public sealed record InitPlan(IReadOnlyList<InitFile> Files, IReadOnlyList<Diagnostic> Notes)
{
    /// <summary>Writes all files, or none where one of them exists already.</summary>
    /// <exception cref="KontraktException">A file exists (KTR1190), or cannot be written (KTR1020).</exception>
    public void Write()
    {
        KontraktException.ThrowIfAny([.. Files.Where(file => File.Exists(file.Path)).Select(file => Ktr.InitFileExists.At(new(file.Path), file.Path))]);
        foreach (var file in Files)
        {
            try
            {
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file.Path) ?? file.Path);
                using var stream = new StreamWriter(new FileStream(file.Path, FileMode.CreateNew));
                stream.Write(file.Text);
            }
            catch (Exception refused) when (ManifestFaults.IsFileFault(refused))
            {
                throw new KontraktException([Ktr.FileUnreadable.At(new(file.Path), file.Path, refused.Message.TrimEnd('.'))], refused);
            }
        }
    }
}
