using Kontrakt.Diagnostics;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Judging;

/// <summary>What a verdict is made of.</summary>
[TestClass]
public sealed class Verdicts
{
    private static RunTest Test(bool passed) => new("pod/smoke", passed, 0, null, null, null, 0, 0);

    [TestMethod]
    public void ATestThatHasNotPassedIsEnoughToFail() => Assert.IsFalse(new Verdict([], [Test(true), Test(false)]).Passed);

    [TestMethod]
    public void AFailureIsEnoughToFail() => Assert.IsFalse(new Verdict([Ktr.NotStarted.At(null, "service/db", "it comes after job/seed, which failed")], [Test(true)]).Passed);

    [TestMethod]
    public void AllTestsAndNoFailurePass() => Assert.IsTrue(new Verdict([], [Test(true)]).Passed);
}
