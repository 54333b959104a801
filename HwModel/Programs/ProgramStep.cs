using System.Collections.Immutable;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Programs;

/// <summary>A computation of a program, as the machine announces it.</summary>
/// <param name="Program">The program.</param>
/// <param name="Instruction">The computation.</param>
/// <param name="Reads">What it reads, in the memory of the machine.</param>
/// <param name="Writes">What it writes.</param>
public sealed record ProgramStep(
    TileProgram Program, Instruction Instruction, ImmutableArray<StridedRegion> Reads, ImmutableArray<StridedRegion> Writes)
    : ComputeStep(Instruction.Origin.Pattern, Instruction.Tile, Reads, Writes);
