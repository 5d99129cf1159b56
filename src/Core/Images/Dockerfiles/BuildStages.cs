namespace Kontrakt.Images.Dockerfiles;

/// <summary>What of a Dockerfile a target needs.</summary>
/// <param name="Bases">The images that the needed stages stand on.</param>
/// <param name="Stages">All of them, in their order.</param>
/// <param name="Needed">The indexes of those that are built.</param>
/// <param name="ByNumber">Whether one of these names another by its number, or in other letters: what some executors lose when they leave stages out.</param>
internal sealed record BuildStages(IReadOnlyList<BaseImage> Bases, IReadOnlyList<BuildStage> Stages, IReadOnlySet<int> Needed, bool ByNumber)
{
    /// <summary>A stage and those that it goes on from, the first of them first.</summary>
    public IEnumerable<BuildStage> Chain(int index) => Stages[index].Parent is { } parent ? Chain(parent).Append(Stages[index]) : [Stages[index]];
}

/// <summary>A stage of a Dockerfile.</summary>
/// <param name="Image">What FROM names, variables replaced.</param>
/// <param name="Parent">The stage that it goes on from; null for an image.</param>
internal sealed record BuildStage(string? Name, string Image, Instruction From, IReadOnlyList<Instruction> Instructions, int? Parent)
{
    /// <summary>A platform that FROM asks for and that is neither the image's nor this machine's; null for none.</summary>
    public string? OtherPlatform { get; init; }
}
