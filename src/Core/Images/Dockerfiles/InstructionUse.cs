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
        var volumes = new List<string>();
        yield return new(stages.Stages[index].From, null, null) { OtherPlatform = stages.Stages[index].OtherPlatform };
        foreach (var stage in stages.Chain(index))
            foreach (var instruction in stage.Instructions)
            {
                if (instruction.Keyword == "USER")
                    user = instruction.Rest.Split(':')[0].Trim() is "root" or "0" ? null : instruction.Rest;
                else if (instruction.Keyword == "VOLUME")
                    volumes.AddRange(instruction.Rest.Trim('[', ']', ' ').Split([' ', ',', '"'], StringSplitOptions.RemoveEmptyEntries).Select(path => path.TrimEnd('/')).Where(path => path.StartsWith('/')));
                if (stage == stages.Stages[index])
                    yield return new(instruction, user, volumes.Find(volume => WritesBelow(instruction, volume)));
            }
    }

    private static bool WritesBelow(Instruction instruction, string volume)
    {
        var words = instruction.Rest.Split([' ', '\t', '"', '\'', ',', ']', '['], StringSplitOptions.RemoveEmptyEntries);
        bool IsBelow(string path) => path.TrimEnd('/') == volume || path.StartsWith(volume + "/", StringComparison.Ordinal);
        return instruction.Keyword switch
        {
            "COPY" or "ADD" => words is [.., var target] && IsBelow(target),
            "RUN" => words.Concat(instruction.Documents.SelectMany(document => document.Body).SelectMany(line => line.Split(' '))).Any(word => IsBelow(word.TrimStart('>'))),
            _ => false,
        };
    }
}
