using Kontrakt.Images.Projects;

namespace Kontrakt.Tests.Images;

/// <summary>What is remembered of an image that was made.</summary>
[TestClass]
public sealed class ImageStamps
{
    [TestMethod]
    [Timeout(60_000)]
    public async Task CanBeWrittenBySeveralAtOnce()
    {
        using var folder = new TempFolder();
        var stamps = Enumerable.Range(0, 200).Select(number => new ImageStamp("registry.example.com/base", $"content {number}", "", "sha256:0")).ToList();

        await Parallel.ForEachAsync(stamps, new ParallelOptions { MaxDegreeOfParallelism = 16 }, (stamp, _) =>
        {
            stamp.Write(folder.Path);
            return ValueTask.CompletedTask;
        });

        CollectionAssert.Contains(stamps, await ImageStamp.ReadAsync(folder.Path, "registry.example.com/base", CancellationToken.None));
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }
}
