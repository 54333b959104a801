namespace TileProof.HwModel.Programs;

/// <summary>The loop of the element-wise operators and of softmax: chunks through two buffer sets in turn, or through one.</summary>
/// <remarks>
/// Operator contract, section 4b. Channel 0 loads, channel 1 stores. While a chunk is computed the next one loads into the other
/// set. The store of a chunk is waited for after the next chunk was computed, which is before its buffer is written again.
/// </remarks>
internal abstract class ChunkWriter(TileProgramBuilder builder)
{
    protected const int LoadChannel = 0;
    protected const int StoreChannel = 1;

    protected TileProgramBuilder Builder { get; } = builder;

    /// <summary>Writes all chunks, in ping-pong or one after the other through set 0.</summary>
    protected void WriteChunks(int chunkCount, bool isPingPong)
    {
        if (!isPingPong)
        {
            WriteSequential(chunkCount);
            return;
        }

        Load(0, 0);
        for (int chunk = 0; chunk < chunkCount; chunk++)
        {
            Builder.Wait(LoadChannel);
            if (chunk + 1 < chunkCount)
            {
                Load(chunk + 1, (chunk + 1) % 2);
            }

            Compute(chunk, chunk % 2);
            Builder.Wait(StoreChannel);
            Store(chunk, chunk % 2);
        }

        Builder.Wait(StoreChannel);
    }

    private void WriteSequential(int chunkCount)
    {
        for (int chunk = 0; chunk < chunkCount; chunk++)
        {
            Load(chunk, 0);
            Builder.Wait(LoadChannel);
            Builder.Wait(StoreChannel);
            Compute(chunk, 0);
            Store(chunk, 0);
        }

        Builder.Wait(StoreChannel);
    }

    /// <summary>Issues at most two transfers on the load channel.</summary>
    protected abstract void Load(int chunk, int set);

    protected abstract void Compute(int chunk, int set);

    /// <summary>Issues one transfer on the store channel.</summary>
    protected abstract void Store(int chunk, int set);
}
