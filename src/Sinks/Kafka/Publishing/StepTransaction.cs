using Emergence.Sinks.Kafka.Client;
using Emergence.Stages.Input;
using Polly.Timeout;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>Carries out the transaction of a step, and leaves the producer where the next attempt can go on when it fails.</summary>
/// <param name="messages">Makes the messages.</param>
/// <param name="outbox">Says whether a commit is still there.</param>
/// <param name="tenure">The hold on the run.</param>
/// <param name="resilience">How calls are tried again.</param>
/// <param name="time">The clock.</param>
internal sealed class StepTransaction(CommitMessages messages, Outbox outbox, Tenure tenure, PublishResilience resilience, TimeProvider time)
{
    private PublishStep? _inDoubt;

    /// <summary>The step of which it is not known whether it went through, if there is one; it is asked for once.</summary>
    public PublishStep? TakeDoubt() => Interlocked.Exchange(ref _inDoubt, null);

    /// <summary>Sends and commits a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when its commit has been replaced meanwhile: nothing is sent then.</returns>
    /// <exception cref="BadInputException">A file is damaged.</exception>
    public async Task<bool> RunAsync(PublishStep step, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        try
        {
            return await resilience.Transaction.ExecuteAsync(
                async cancellation =>
                {
                    var isThere = await SendAsync(step, cancellation).ConfigureAwait(false);
                    if (isThere)
                    {
                        await CommitAsync(step, cancellation).ConfigureAwait(false);
                    }

                    return isThere;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException e) when (time.GetElapsedTime(begun) >= resilience.LongestTransaction)
        {
            // That the broker may be slow and not away is what a person has to be told: waiting does not mend it.
            var what = step.Commit is { } commit ? $"commit {commit.Sequence} (step {commit.Step})" : "a transaction of offsets";
            throw new KafkaFailureException(
                FailureKind.ProducerLost,
                "TransactionTooLong",
                $"{what} did not go through within {resilience.LongestTransaction.TotalSeconds:0.#} s, of which the client took {step.Bytes / 1e6:0.#} MB in {step.Messages} messages; "
                + $"if Kafka is slow and not away, raise {KafkaSettings.TransactionTimeoutProperty}, a quarter of which is left for ending it",
                e);
        }
    }

    private async Task<bool> SendAsync(PublishStep step, CancellationToken cancellationToken)
    {
        tenure.Held.Begin();
        var producer = tenure.Held.Producer;
        try
        {
            if (step.Commit is { } commit)
            {
                foreach (var message in messages.Of(commit))
                {
                    // Never sent again as it is: it may be part of the transaction already.
                    await producer.SendAsync(message, cancellationToken).ConfigureAwait(false);
                    step.Messages++;
                    step.Bytes += message.Value.Length;
                }

                await producer.SendAsync(messages.Notice(commit, step.Messages, tenure.Publisher, tenure.Cursor?.Place.Partition), cancellationToken).ConfigureAwait(false);
            }

            if (step.Offsets is { } offsets)
            {
                await HeldProducer.CallAsync(resilience.Commit, cancellation => offsets.SendAsync(producer, cancellation), cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (KafkaFailureException e) when (e.Kind is FailureKind.Retriable or FailureKind.Abortable)
        {
            await tenure.Held.AbortAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
        catch (Exception e) when (e is TimeoutRejectedException or KafkaFailureException { Kind: FailureKind.ProducerLost or FailureKind.Fenced })
        {
            tenure.Held.Drop();
            throw;
        }
        catch (BadInputException) when (step.Commit is { } commit && !outbox.Holds(commit))
        {
            await tenure.Held.AbortAsync(cancellationToken).ConfigureAwait(false);
            outbox.Refresh();
            return false;
        }
        catch
        {
            await tenure.Held.LeaveAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task CommitAsync(PublishStep step, CancellationToken cancellationToken)
    {
        try
        {
            await HeldProducer.CallAsync(resilience.Commit, tenure.Held.Producer.CommitAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaFailureException e) when (e.Kind == FailureKind.Abortable)
        {
            // Not committed, says the client. That is not relied upon: the cursor says it once more.
            _inDoubt = step;
            tenure.Doubt();
            await tenure.Held.AbortAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
        catch
        {
            _inDoubt = step;
            tenure.Held.Drop();
            throw;
        }
    }
}
