"""All that is measured, in the order in which a round does it.

A work runs on a `Testbed` and returns numbers by the keys of METRICS, as a dictionary or one pair after the other. Works of
a group share one set-up of a peer, and may use in `known` what earlier ones found. What is in `notes` goes into the JSON
only. README.md says how to add one.
"""
import attack_works
import frame_works
import guest_works
import host_works
import memory_works

METRICS = frame_works.METRICS | host_works.METRICS | attack_works.METRICS | memory_works.METRICS | guest_works.METRICS
# Offloads go off for the last of TCP, so nothing of the group may follow it.
WORKS = host_works.QUIET + frame_works.WORKS + host_works.TCP + host_works.FREE + attack_works.WORKS + memory_works.WORKS + guest_works.WORKS
# What the groups want of the set-up.
GROUPS = {"main": {}, "free": {"pinned": False}, "attack": {"attacked": True}, "memory": {}, "guests": {}}
