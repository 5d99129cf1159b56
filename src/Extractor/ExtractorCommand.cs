using System.Text.Json;

namespace Kontrakt.Extractor;

/// <summary>The command line: [--delete] [--source DIR] [--manifest FILE] [TARGET].</summary>
public static class ExtractorCommand
{
    private const int Failed = 1, Usage = 2;

    /// <returns>0 when all is copied, 1 when something is not, 2 for a command line that is not understood.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        var (source, manifest, target, delete) = ("/var/run/kontext", "/var/lib/kontext/manifest.json", "/workspace", false);
        for (var each = 0; each < args.Count; each++)
        {
            switch (args[each])
            {
                case "--delete":
                    delete = true;
                    break;
                case "--source" when each + 1 < args.Count:
                    source = args[++each];
                    break;
                case "--manifest" when each + 1 < args.Count:
                    manifest = args[++each];
                    break;
                case var path when !path.StartsWith('-') && each == args.Count - 1:
                    target = path;
                    break;
                default:
                    error.WriteLine($"kontext: '{args[each]}' is not understood. Usage: [--delete] [--source DIR] [--manifest FILE] [TARGET]");
                    return Usage;
            }
        }
        return Extract(new(source, target, delete), manifest, output, error);
    }

    private static int Extract(ExtractionRequest request, string manifest, TextWriter output, TextWriter error)
    {
        try
        {
            var extraction = new Extraction(request, ContextDetails.Read(manifest));
            extraction.Run();
            foreach (var problem in extraction.Problems)
                error.WriteLine($"kontext: {problem}");
            output.WriteLine(FormattableString.Invariant($"kontext: {extraction.Files} files, {extraction.Bytes} bytes, {extraction.Links} links copied to {request.Target}"));
            if (extraction.Deleted > 0)
                output.WriteLine(FormattableString.Invariant($"kontext: {extraction.Deleted} deleted that are not in the context"));
            return extraction.Problems.Count == 0 ? 0 : Failed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException)
        {
            error.WriteLine($"kontext: nothing was copied: {failure.Message}");
            return Failed;
        }
    }
}
