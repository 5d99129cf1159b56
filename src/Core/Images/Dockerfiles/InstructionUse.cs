namespace Kontrakt.Images.Dockerfiles;

/// <summary>An instruction with what its stage said before: what one has to know to say whether an executor does it right.</summary>
/// <param name="User">Whom USER names, where that is not root; null where it says nothing.</param>
/// <param name="Volume">A volume that was declared before and that this one writes below, as far as its text says so; null for none.</param>
internal sealed record InstructionUse(Instruction Instruction, string? User, string? Volume)
{
    /// <summary>The platform that a FROM asks for and that is not the image's.</summary>
    public string? OtherPlatform { get; private init; }

    public bool Runs => Instruction.Keyword == "RUN";

    public bool Adds => Instruction.Keyword == "ADD";

    public bool Copies => Instruction.Keyword is "COPY" or "ADD";

    public bool RunsDocument => Runs && Instruction.Documents.Count > 0;

    /// <summary>Whether a here-document is all of it: RUN &lt;&lt;EOF.</summary>
    public bool IsBareDocument => RunsDocument && Rewriting.IsBareDocument(Instruction);

    public bool Mounts(string type) => Instruction.Mounts.Any(mount => mount.Type == type);

    /// <summary>The instructions of a stage, its FROM first, after those of the stages that it goes on from.</summary>
    public static IEnumerable<InstructionUse> Of(BuildStages stages, int index)
    {
        string? user = null;
        // That of an image that is not looked into is not known; a path from there is below a volume only if it says so.
        var folder = "/";
        var volumes = new List<string>();
        yield return new(stages.Stages[index].From, null, null) { OtherPlatform = stages.Stages[index].OtherPlatform };
        foreach (var stage in stages.Chain(index))
            foreach (var instruction in stage.Instructions)
            {
                if (instruction.Keyword == "USER")
                    user = instruction.Rest.Split(':')[0].Trim() is "root" or "0" ? null : instruction.Rest;
                else if (instruction.Keyword == "WORKDIR")
                    folder = From(folder, instruction.Rest.Trim().Trim('"', '\''));
                else if (instruction.Keyword == "VOLUME")
                    volumes.AddRange(instruction.Rest.Trim('[', ']', ' ').Split([' ', ',', '"'], StringSplitOptions.RemoveEmptyEntries).Where(path => path.StartsWith('/')).Select(path => From("/", path)));
                if (stage == stages.Stages[index])
                    yield return new(instruction, user, volumes.Find(volume => WritesBelow(instruction, folder, volume)));
            }
    }

    /// <summary>A path as it is seen from a folder, without . and ..; one that begins with a variable is a whole one.</summary>
    private static string From(string folder, string path)
    {
        var parts = new List<string>();
        foreach (var part in (path is ['/' or '$', ..] ? path : $"{folder}/{path}").Split('/'))
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part is not ("" or "." or ".."))
                parts.Add(part);
        return "/" + string.Join('/', parts);
    }

    private static bool WritesBelow(Instruction instruction, string folder, string volume)
    {
        var words = instruction.Rest.Split([' ', '\t', '"', '\'', ',', ']', '['], StringSplitOptions.RemoveEmptyEntries);
        bool IsBelow(string path) => path == volume || path.StartsWith(volume.TrimEnd('/') + "/", StringComparison.Ordinal);
        return instruction.Keyword switch
        {
            "COPY" or "ADD" => words is [.., var target] && IsBelow(From(folder, target)),
            // What it writes without a whole path is written where it runs.
            "RUN" => IsBelow(folder) || words.Concat(instruction.Documents.SelectMany(document => document.Body).SelectMany(line => line.Split(' '))).Any(word => word.TrimStart('>') is ['/', ..] path && IsBelow(From("/", path))),
            _ => false,
        };
    }
}
