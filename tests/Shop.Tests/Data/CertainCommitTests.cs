using System.Diagnostics;
using Npgsql;
using NUnit.Framework;
using Shop.Shared.Data;

namespace Shop.Tests.Data;

/// <summary>Commits whose answer is lost. What they commit is a user.</summary>
public sealed class CertainCommitTests : DatabaseTests
{
    CommitUnderTest commit = null!;

    [SetUp]
    public async Task Begin()
    {
        await Database.Empty();
        commit = await CommitUnderTest.Begin(Database);
    }

    [TearDown]
    public ValueTask End() => commit.DisposeAsync();

    [Test]
    public async Task Commits()
    {
        await commit.Run();

        Assert.That(await IsCommitted(), Is.True);
        Assert.That(await commit.Unanswered("committed"), Is.Zero);
    }

    [Test]
    public async Task Returns_when_the_server_has_committed_though_its_answer_was_lost()
    {
        commit.Proxy.ToClient.CutAtNextChunk();

        await commit.Run();

        Assert.That(await IsCommitted(), Is.True);
        Assert.That(await commit.Unanswered("committed"), Is.EqualTo(1));
    }

    [Test]
    public async Task Throws_the_loss_when_the_commit_never_arrived()
    {
        commit.Proxy.ToServer.CutAtNextChunk();

        Assert.That(commit.Run, Throws.InstanceOf<NpgsqlException>());

        Assert.That(await IsCommitted(), Is.False);
        Assert.That(await commit.Unanswered("aborted"), Is.EqualTo(1));
    }

    [Test]
    public async Task Throws_what_the_server_said_when_it_refused_the_commit()
    {
        await commit.RefuseAtTheEnd();

        Assert.That(commit.Run, Throws.InstanceOf<PostgresException>().With.Message.Contains("not today"));

        Assert.That(await IsCommitted(), Is.False);
    }

    [Test]
    public async Task Returns_when_a_commit_that_was_still_in_progress_succeeds()
    {
        await commit.HoldUpAtTheEnd();
        var run = commit.Run();
        await commit.IsHeldUp();
        commit.Proxy.CutConnections();
        await commit.IsAskedFor();

        await commit.LetGo();

        await run;
        Assert.That(await IsCommitted(), Is.True);
        Assert.That(await commit.Unanswered("committed"), Is.EqualTo(1));
    }

    [Test]
    public async Task Throws_the_loss_when_a_commit_that_was_still_in_progress_fails()
    {
        await commit.HoldUpAtTheEnd();
        var run = commit.Run();
        await commit.IsHeldUp();
        commit.Proxy.CutConnections();
        await commit.IsAskedFor();

        await commit.Kill();

        Assert.That(async () => await run, Throws.InstanceOf<NpgsqlException>());
        Assert.That(await IsCommitted(), Is.False);
        Assert.That(await commit.Unanswered("aborted"), Is.EqualTo(1));
    }

    [Test]
    public async Task Asks_again_when_the_question_is_lost_too()
    {
        commit.Proxy.ToClient.CutAtNextChunk();
        commit.WayOfAsking.ToServer.CutAtNextChunk();

        await commit.Run();

        Assert.That(await commit.Unanswered("committed"), Is.EqualTo(1));
    }

    [Test]
    public async Task Says_that_the_outcome_is_unknown_when_the_commit_stays_in_progress()
    {
        await commit.HoldUpAtTheEnd();
        var run = commit.Run();
        await commit.IsHeldUp();

        commit.Proxy.CutConnections();

        Assert.That(async () => await run, Throws.TypeOf<OutcomeUnknownException>().With.InnerException.InstanceOf<NpgsqlException>());
        Assert.That(await commit.Unanswered("unknown"), Is.EqualTo(1));
    }

    [Test]
    public void Says_that_the_outcome_is_unknown_in_time_when_the_server_hangs()
    {
        commit.WayOfAsking.DropAll();
        commit.Proxy.ToClient.CutAtNextChunk();
        var began = Stopwatch.GetTimestamp();

        Assert.That(commit.Run, Throws.TypeOf<OutcomeUnknownException>());

        Assert.That(Stopwatch.GetElapsedTime(began).TotalSeconds, Is.LessThan(10), "seconds, of which 5 are spent asking");
    }

    Task<bool> IsCommitted() => commit.IsCommitted();
}
