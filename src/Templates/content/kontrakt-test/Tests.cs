#if (isMSTest)
using Microsoft.VisualStudio.TestTools.UnitTesting;
#elif (isNUnit)
using NUnit.Framework;
#else
using Xunit;
#endif

#if (isMSTest)
[TestClass]
#endif
public class Tests
{
#if (isMSTest)
    [TestMethod]
#elif (isNUnit)
    [Test]
#else
    [Fact]
#endif
    public async Task Answers()
    {
        var url = Environment.GetEnvironmentVariable("URL") ?? throw new InvalidOperationException("The variable URL is not set. It names what is tested; the YAML of the pod sets it.");
        using var client = new HttpClient();

        using var answer = await client.GetAsync(url);

#if (isXunit)
        Assert.True(answer.IsSuccessStatusCode, $"GET {url}: {answer.StatusCode}");
#elif (isNUnit)
        Assert.That(answer.IsSuccessStatusCode, $"GET {url}: {answer.StatusCode}");
#else
        Assert.IsTrue(answer.IsSuccessStatusCode, $"GET {url}: {answer.StatusCode}");
#endif
    }
}
